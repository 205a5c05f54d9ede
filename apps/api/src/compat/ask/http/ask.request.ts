import { ContentField } from '../../../edge/fields/content.field';
import { IdField } from '../../../edge/fields/id.field';

export class AskRequest {
  @ContentField()
  prompt!: string;

  @IdField({
    optional: true,
    nullable: true,
    example: '019b76da-a800-7000-8000-000000000007',
    description:
      'What the prompt follows: the parent_id of an answer before; unless given, the end of the conversation',
  })
  parent_id?: string | null;
}
