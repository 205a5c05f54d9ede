import { type Permission, permissions } from '#kernel';
import { ChoicesField } from '../../edge/fields/choice.field';
import { TextField } from '../../edge/fields/text.field';

export class CreateRoleRequest {
  @TextField({
    min: 1,
    max: 50,
    example: 'support',
    description: 'Unlike any other, whatever the case; without invisible or control characters; not `.` or `..`',
  })
  name!: string;

  @ChoicesField(permissions, { example: ['users:read'] })
  permissions!: Permission[];
}

export class UpdateRoleRequest {
  @TextField({ min: 1, max: 50, optional: true, example: 'support', description: 'If given, the name in the address' })
  name?: string;

  @ChoicesField(permissions, { example: ['users:read', 'audit:read'] })
  permissions!: Permission[];
}
