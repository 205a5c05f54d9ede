import { MaxTokensField, ModelField, TemperatureField } from '../../edge/fields/answer-wish.fields';
import { ContentField } from '../../edge/fields/content.field';
import { IdField, IdListField } from '../../edge/fields/id.field';
import { IntegerField } from '../../edge/fields/integer.field';
import { TextField } from '../../edge/fields/text.field';

const MOST_ATTACHMENTS = 10;
const LONGEST = 2 ** 31;
const ANSWER = { example: '019b76da-a800-7000-8000-000000000007', description: "The answer's" } as const;

/** What a client calls an event of its own, to know what comes of it. */
export const CLIENT_ID_LENGTH = 100;

class ClientEvent {
  @TextField({
    min: 1,
    max: CLIENT_ID_LENGTH,
    optional: true,
    example: 'c1',
    description: 'Comes back with the message_start, or with the error, that this leads to',
  })
  client_id?: string;
}

class TurnWishes extends ClientEvent {
  @ModelField()
  model?: string;

  @TemperatureField()
  temperature?: number;

  @MaxTokensField()
  max_tokens?: number;
}

export class ChatMessageRequest extends TurnWishes {
  @IdField({ example: '019b76da-a800-7000-8000-000000000006' })
  conversation_id!: string;

  @ContentField()
  content!: string;

  @IdField({ optional: true, description: 'What it follows; unless given, the end of the active branch' })
  parent_id?: string;

  @IdListField({ most: MOST_ATTACHMENTS, optional: true, example: [], description: 'Ids of files, as in REST' })
  attachments: string[] = [];

  @TextField({
    min: 1,
    max: 255,
    optional: true,
    description: 'As the header Idempotency-Key: the same again within 24 hours is the same turn, charged once',
  })
  idempotency_key?: string;
}

export class RegenerateRequest extends TurnWishes {
  @IdField(ANSWER)
  message_id!: string;
}

export class StopRequest extends ClientEvent {
  @IdField(ANSWER)
  message_id!: string;
}

export class ResumeRequest extends ClientEvent {
  @IdField(ANSWER)
  message_id!: string;

  @IntegerField({
    min: 0,
    max: LONGEST,
    optional: true,
    example: 0,
    description: 'How much of the answer the client holds, in UTF-16 units',
  })
  offset = 0;
}

export class AuthenticateRequest extends ClientEvent {
  @TextField({ min: 1, max: 4096, description: 'A fresh access token, or an API key, of the same user' })
  token!: string;
}

export class PingRequest extends ClientEvent {}

/** What a client may say. */
export const clientEvents = {
  chat_message: ChatMessageRequest,
  stop: StopRequest,
  regenerate: RegenerateRequest,
  resume: ResumeRequest,
  authenticate: AuthenticateRequest,
  ping: PingRequest,
} as const;

export type ClientEventType = keyof typeof clientEvents;
