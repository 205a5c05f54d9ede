import { getSchemaPath } from '@nestjs/swagger';
import { TurnContentEvent, TurnEndEvent, TurnErrorEvent, TurnStartEvent } from '../sse/turn-event.response';

const schemas = { start: TurnStartEvent, content: TurnContentEvent, end: TurnEndEvent, error: TurnErrorEvent };

export const TURN_EVENTS = Object.values(schemas);

/** The `data` of each event; a start and a content have an `id` besides, the length of the answer so far in UTF-16 units. */
export const turnEvents = {
  'text/event-stream': {
    schema: {
      description: 'The `data` of each event: a start, then contents, then an end or an error',
      oneOf: TURN_EVENTS.map((schema) => ({ $ref: getSchemaPath(schema) })),
      discriminator: {
        propertyName: 'type',
        mapping: Object.fromEntries(Object.entries(schemas).map(([type, schema]) => [type, getSchemaPath(schema)])),
      },
    },
  },
};
