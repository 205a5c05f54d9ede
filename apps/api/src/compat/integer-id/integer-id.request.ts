import { ContentField } from '../../edge/fields/content.field';
import { TextField } from '../../edge/fields/text.field';
import { UpstreamKeyField } from '../../edge/fields/upstream-key.field';

const PASSWORD = { min: 8, max: 128, example: 'correct horse battery staple' } as const;

export class IntegerRegisterRequest {
  @TextField({ min: 3, max: 50, example: 'alice', description: 'Letters and digits of any script, `_`, `.` and `-`' })
  username!: string;

  @TextField(PASSWORD)
  password!: string;
}

export class IntegerLoginRequest {
  @TextField({ min: 1, max: 320, example: 'alice', description: 'The username or the email, in whatever case' })
  username!: string;

  @TextField({ min: 0, max: 128, example: PASSWORD.example })
  password!: string;
}

export class IntegerCreateRequest {
  @TextField({ min: 1, max: 200, example: 'Rhymes' })
  title!: string;

  @TextField({ min: 1, max: 100, description: 'One of `GET /api/v1/models`' })
  model!: string;

  @UpstreamKeyField({
    example: 'sk-my-own-key',
    description: 'A key of your own for the models’ provider; kept encrypted, and shown masked this once',
  })
  api_key?: string | null;
}

export class IntegerChatRequest {
  @ContentField()
  message!: string;
}
