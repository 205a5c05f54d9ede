import { Injectable } from '@nestjs/common';
import { Transaction, type Tx } from '#platform';
import { IdentityCache } from './identity-cache';

/** A transaction that changes what credentials are good for: once it has ended, they are looked up anew. */
@Injectable()
export class IdentityChange {
  constructor(
    private readonly transaction: Transaction,
    private readonly cache: IdentityCache,
  ) {}

  ofUser<T>(userId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.run(work, () => this.cache.forgetUser(userId));
  }

  ofCredential<T>(id: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.run(work, () => this.cache.forgetCredential(id));
  }

  ofEveryone<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.run(work, () => this.cache.forgetAll());
  }

  private async run<T>(work: (tx: Tx) => Promise<T>, forget: () => void): Promise<T> {
    try {
      return await this.transaction.run(work);
    } finally {
      // Also after a failure: a commit whose answer was lost may have happened.
      forget();
    }
  }
}
