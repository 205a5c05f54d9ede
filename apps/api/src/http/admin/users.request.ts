import { BooleanField, QueryBooleanField } from '../../edge/fields/boolean.field';
import { DateField } from '../../edge/fields/date.field';
import { QueryIntegerField } from '../../edge/fields/integer.field';
import { TextField, TextListField } from '../../edge/fields/text.field';

/** Deeper pages would cost more than anybody has read. */
const LAST_PAGE = 10_000;

export class SearchUsersQuery {
  @TextField({ min: 0, max: 320, optional: true, description: 'Part of a username or an email', example: 'alice' })
  search?: string;

  @TextField({ min: 1, max: 50, optional: true, example: 'admin' })
  role?: string;

  @TextField({ min: 1, max: 50, optional: true, description: 'In force, given or by VIP', example: 'vip' })
  plan?: string;

  @QueryBooleanField({ optional: true })
  is_active?: boolean;

  @QueryIntegerField({ min: 1, max: LAST_PAGE, optional: true, default: 1 })
  page = 1;

  @QueryIntegerField({ min: 1, max: 100, optional: true, default: 20 })
  size = 20;
}

export class UpdateUserRequest {
  @BooleanField({ optional: true, description: 'false ends all sessions of the user' })
  is_active?: boolean;

  @BooleanField({ optional: true })
  is_vip?: boolean;

  @DateField({ optional: true, nullable: true, description: 'null: VIP without end' })
  vip_expires_at?: Date | null;

  @TextField({ min: 1, max: 50, optional: true, nullable: true, description: 'null: by VIP' })
  plan?: string | null;

  @TextListField({
    min: 1,
    max: 50,
    most: 50,
    optional: true,
    example: ['user'],
    description: 'All that the user is to have',
  })
  roles?: string[];
}
