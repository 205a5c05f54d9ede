import { type MessageRole, messageRoles } from '#conversations';
import { ChoiceField } from '../../edge/fields/choice.field';
import { DateField } from '../../edge/fields/date.field';
import { IdField } from '../../edge/fields/id.field';
import { QueryIntegerField } from '../../edge/fields/integer.field';
import { TextField } from '../../edge/fields/text.field';

export class SearchMessagesQuery {
  @TextField({
    min: 1,
    max: 200,
    example: 'holiday',
    description:
      'Found as it is written, as a whole and anywhere in a word: every character stands for itself. Case, width and composition do not matter (é is found by é in one character or two); accents do (e does not find é). White space around it is left out',
  })
  q!: string;

  @IdField({ optional: true, description: 'In this conversation alone' })
  conversation_id?: string;

  @ChoiceField(messageRoles, { optional: true })
  role?: MessageRole;

  @DateField({ optional: true, example: '2026-01-01T00:00:00.000Z', description: 'Said then or later' })
  from?: Date;

  @DateField({ optional: true, example: '2026-02-01T00:00:00.000Z', description: 'Said before' })
  to?: Date;

  @QueryIntegerField({ min: 1, max: 100, optional: true, default: 20 })
  size = 20;

  @TextField({
    min: 1,
    max: 100,
    optional: true,
    description: 'The next_cursor of the page before, of the same search',
  })
  cursor?: string;
}
