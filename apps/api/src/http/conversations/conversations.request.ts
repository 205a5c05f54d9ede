import { type ConversationSort, conversationSorts } from '#conversations';
import { BooleanField, QueryBooleanField } from '../../edge/fields/boolean.field';
import { ChoiceField } from '../../edge/fields/choice.field';
import { DateField } from '../../edge/fields/date.field';
import { QueryIntegerField } from '../../edge/fields/integer.field';
import { TextField } from '../../edge/fields/text.field';
import { UpstreamKeyField } from '../../edge/fields/upstream-key.field';

const MODEL = { min: 1, max: 100, example: 'gpt-4o-mini' };
const SYSTEM_MESSAGE = { min: 0, max: 10_000, optional: true, nullable: true, example: 'Answer in rhymes.' };
const API_KEY = {
  example: 'sk-my-own-key',
  description: 'A key of your own for the models’ provider; kept encrypted, shown never again',
};

/** Deeper pages are reached by the cursor. */
const LAST_PAGE = 10_000;

export class ListConversationsQuery {
  @QueryIntegerField({ min: 1, max: LAST_PAGE, optional: true, default: 1 })
  page = 1;

  @QueryIntegerField({ min: 1, max: 100, optional: true, default: 20 })
  size = 20;

  @QueryBooleanField({ optional: true, description: 'true: archived ones too' })
  archived = false;

  @TextField({
    min: 0,
    max: 200,
    optional: true,
    description: 'Part of a title or of a message, whatever its case',
    example: 'holiday',
  })
  search?: string;

  @TextField({ ...MODEL, optional: true })
  model?: string;

  @DateField({ optional: true, example: '2026-01-01T00:00:00.000Z', description: 'Updated then or later' })
  from?: Date;

  @DateField({ optional: true, example: '2026-02-01T00:00:00.000Z', description: 'Updated before' })
  to?: Date;

  @ChoiceField(conversationSorts, { optional: true })
  sort: ConversationSort = 'updated_at';

  @ChoiceField(['asc', 'desc'], { optional: true, description: 'Unless given, titles asc and times desc' })
  order?: 'asc' | 'desc';

  @TextField({
    min: 1,
    max: 8_000,
    optional: true,
    description: 'The next_cursor of the page before, with the same sort, order and filters; page does not matter then',
    example: 'WyJ1cGRhdGVkX2F0IiwxNzY3MjY4ODAwMDAwLCIwMTliNzZkYS1hODAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDIiXQ',
  })
  cursor?: string;
}

export class CreateConversationRequest {
  @TextField({ min: 1, max: 200, optional: true, description: 'Unless given, one is made from the first exchange' })
  title?: string;

  @TextField({ ...MODEL, optional: true, description: 'Unless given, the default one' })
  model?: string;

  @TextField(SYSTEM_MESSAGE)
  system_message?: string | null;

  @UpstreamKeyField(API_KEY)
  api_key?: string | null;
}

export class UpdateConversationRequest {
  @TextField({ min: 1, max: 200, optional: true, example: 'Rhymes' })
  title?: string;

  @BooleanField({ optional: true })
  is_archived?: boolean;

  @BooleanField({ optional: true })
  is_pinned?: boolean;

  @TextField({ ...MODEL, optional: true })
  model?: string;

  @TextField({ ...SYSTEM_MESSAGE, description: 'null or empty: none' })
  system_message?: string | null;

  @UpstreamKeyField({ ...API_KEY, description: `${API_KEY.description}; null: none` })
  api_key?: string | null;
}
