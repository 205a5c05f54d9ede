import { Injectable } from '@nestjs/common';
import { Announcements, type Tx } from '#platform';
import { IdentityChange } from '../identity/identity-change';

/** Changes what an account may do and spend: in force from the next request on, and its devices are told. */
@Injectable()
export class AccountTransaction {
  constructor(
    private readonly identity: IdentityChange,
    private readonly announcements: Announcements,
  ) {}

  async change<T>(userId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    const result = await this.identity.ofUser(userId, work);
    this.announcements.tellAll(userId, { kind: 'quota_updated' });
    return result;
  }
}
