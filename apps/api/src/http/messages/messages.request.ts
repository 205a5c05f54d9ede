import { ChoiceField } from '../../edge/fields/choice.field';
import { QueryIntegerField } from '../../edge/fields/integer.field';
import { TextField } from '../../edge/fields/text.field';

/** Deeper pages are reached by the cursor. */
const LAST_PAGE = 10_000;

export class ListMessagesQuery {
  @QueryIntegerField({ min: 1, max: LAST_PAGE, optional: true, default: 1 })
  page = 1;

  @QueryIntegerField({ min: 1, max: 200, optional: true, default: 50 })
  size = 50;

  @ChoiceField(['asc', 'desc'], { optional: true, description: 'Unless given, the newest first' })
  order: 'asc' | 'desc' = 'desc';

  @ChoiceField(['active', 'all'], {
    optional: true,
    description: 'all: those that the conversation does not show, too',
  })
  branches: 'active' | 'all' = 'active';

  @TextField({
    min: 1,
    max: 100,
    optional: true,
    description: 'The next_cursor of the page before, with the same order and branches; page does not matter then',
  })
  cursor?: string;
}
