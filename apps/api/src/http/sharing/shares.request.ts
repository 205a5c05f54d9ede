import { IntegerField } from '../../edge/fields/integer.field';
import { TextField } from '../../edge/fields/text.field';

export class CreateShareRequest {
  @IntegerField({ min: 1, max: 3_650, optional: true, example: 7, description: 'Unless given, until it is revoked' })
  expires_in_days?: number;

  @TextField({
    min: 4,
    max: 128,
    optional: true,
    example: 'open sesame',
    description: 'Whoever follows the link gives it in X-Share-Password; kept hashed, shown never again',
  })
  password?: string;
}
