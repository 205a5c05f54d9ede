import { type Scope, scopes } from '#kernel';
import { ChoicesField } from '../../edge/fields/choice.field';
import { DateField } from '../../edge/fields/date.field';
import { TextField } from '../../edge/fields/text.field';

export class CreateApiKeyRequest {
  @TextField({ min: 1, max: 100, example: 'my notebook' })
  name!: string;

  @DateField({ optional: true, nullable: true, example: '2030-01-01T00:00:00.000Z', description: 'null: never' })
  expires_at?: Date | null;

  @ChoicesField(scopes, { optional: true, example: ['chat', 'read'], description: 'All of them, unless given' })
  scopes?: Scope[];
}
