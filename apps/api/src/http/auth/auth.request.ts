import { ConfirmationField } from '../../edge/fields/confirmation.field';
import { TextField } from '../../edge/fields/text.field';

const PASSWORD = { min: 8, max: 128, example: 'correct horse battery staple' } as const;
/** Longer than any that we make; what is no token of ours is refused as one. */
const TOKEN = { min: 1, max: 4_096 } as const;

export class RegisterRequest {
  @TextField({ min: 3, max: 50, example: 'alice', description: 'Letters and digits of any script, `_`, `.` and `-`' })
  username!: string;

  @TextField({ min: 3, max: 254, example: 'alice@example.com' })
  email!: string;

  @TextField(PASSWORD)
  password!: string;

  @ConfirmationField('password', { optional: true, example: PASSWORD.example })
  confirm_password?: string;
}

export class LoginRequest {
  @TextField({ min: 1, max: 320, example: 'alice', description: 'The username or the email, in whatever case' })
  username!: string;

  @TextField({ min: 0, max: 128, example: PASSWORD.example })
  password!: string;
}

export class RefreshRequest {
  @TextField(TOKEN)
  refresh_token!: string;
}

export class ForgotPasswordRequest {
  @TextField({ min: 3, max: 254, example: 'alice@example.com' })
  email!: string;
}

export class ResetPasswordRequest {
  @TextField(TOKEN)
  token!: string;

  @TextField(PASSWORD)
  new_password!: string;

  @ConfirmationField('new_password', { example: PASSWORD.example })
  confirm_password!: string;
}
