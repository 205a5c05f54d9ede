import { BooleanField } from '../../edge/fields/boolean.field';
import { ContentField } from '../../edge/fields/content.field';
import { IdField } from '../../edge/fields/id.field';
import { IntegerField } from '../../edge/fields/integer.field';
import { NumberField } from '../../edge/fields/number.field';
import { TextField } from '../../edge/fields/text.field';

export class PlainChatRequest {
  @ContentField({ max: 5_000 })
  message!: string;

  @IdField({ optional: true, nullable: true, description: 'Unless given, a new conversation begins' })
  conversation_id?: string | null;

  @TextField({
    min: 0,
    max: 1_000,
    optional: true,
    nullable: true,
    example: 'Answer in rhymes.',
    description:
      'What the model is to heed in all of the conversation: a new one begins with it, in an old one it takes the place of what was there, from this message on. Unless given, it stays as it is',
  })
  system_prompt?: string | null;

  @NumberField({
    min: 0,
    max: 2,
    optional: true,
    nullable: true,
    description: 'Unless given, as the installation has it: 0.7',
  })
  temperature?: number | null;

  @IntegerField({
    min: 1,
    max: 4_000,
    optional: true,
    nullable: true,
    description: 'Unless given, as the installation has it: 1000',
  })
  max_tokens?: number | null;

  @BooleanField({ optional: true, description: 'true: the answer comes as from /chat/stream' })
  stream = false;
}
