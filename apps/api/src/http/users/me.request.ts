import { ConfirmationField } from '../../edge/fields/confirmation.field';
import { TextField } from '../../edge/fields/text.field';

export class UpdateProfileRequest {
  @TextField({ min: 3, max: 50, optional: true, example: 'alice' })
  username?: string;

  @TextField({ min: 3, max: 254, optional: true, example: 'alice@example.com' })
  email?: string;
}

export class ChangePasswordRequest {
  @TextField({ min: 0, max: 128, example: 'correct horse battery staple' })
  current_password!: string;

  @TextField({ min: 8, max: 128, example: 'a better battery staple' })
  new_password!: string;

  @ConfirmationField('new_password', { example: 'a better battery staple' })
  confirm_password!: string;
}

export class DeleteAccountRequest {
  @TextField({ min: 0, max: 128, example: 'correct horse battery staple' })
  password!: string;
}
