import { MaxTokensField, ModelField, TemperatureField } from '../../edge/fields/answer-wish.fields';
import { BooleanField } from '../../edge/fields/boolean.field';
import { ChoiceField } from '../../edge/fields/choice.field';
import { ContentField } from '../../edge/fields/content.field';
import { IdField, IdListField } from '../../edge/fields/id.field';
import { QueryIntegerField } from '../../edge/fields/integer.field';

const MOST_ATTACHMENTS = 10;

class AnswerWishes {
  @ModelField()
  model?: string;

  @TemperatureField()
  temperature?: number;

  @MaxTokensField()
  max_tokens?: number;

  @BooleanField({ optional: true, description: 'true: the answer comes as Server-Sent Events' })
  stream?: boolean;
}

/** Another answer. */
export class RegenerateRequest extends AnswerWishes {}

export class SendRequest extends AnswerWishes {
  @ContentField()
  content!: string;

  @ChoiceField(['user', 'system'], {
    optional: true,
    description: 'system: stored for the model to heed, and answered by no turn; it does not stream',
  })
  role: 'user' | 'system' = 'user';

  @IdField({ optional: true, description: 'What it follows; unless given, the end of the active branch' })
  parent_id?: string;

  @IdListField({
    most: MOST_ATTACHMENTS,
    optional: true,
    example: [],
    description:
      'Ids of files of mine, for the role user: the model reads the words of texts; images need one with the capability vision',
  })
  attachments: string[] = [];
}

export class SendToRequest extends SendRequest {
  @IdField({ example: '019b76da-a800-7000-8000-000000000006' })
  conversation_id!: string;
}

export class EditMessageRequest extends AnswerWishes {
  @ContentField()
  content!: string;

  @BooleanField({
    optional: true,
    description:
      'true, for a message of the role user: it stays, and the new text begins a branch beside it and is answered. Without it, none of model, temperature, max_tokens and stream may be asked for',
  })
  regenerate = false;
}

const LONGEST = 2 ** 31;

export class AttachQuery {
  @QueryIntegerField({
    min: 0,
    max: LONGEST,
    optional: true,
    description: 'How much of the answer the client has, in UTF-16 units; goes before Last-Event-ID',
  })
  offset?: number;
}

export const LAST_EVENT_ID = 'Last-Event-ID';
export const OFFSETS = { min: 0, max: LONGEST };
