import { Injectable } from '@nestjs/common';
import { PasswordHasher } from '#auth';
import { AppError, Clock } from '#kernel';
import { Db } from '#platform';
import type { SharedConversation } from './share';
import { hashOfToken } from './share-links';
import { type FoundShare, SharesRepository } from './shares.repository';

/** For whoever has a link, and its password where it has one. A link that is over is `not_found`, as one that never was. */
@Injectable()
export class SharedConversations {
  constructor(
    private readonly db: Db,
    private readonly repository: SharesRepository,
    private readonly hasher: PasswordHasher,
    private readonly clock: Clock,
  ) {}

  /** Counts as a view. */
  async view(token: string, password: string | undefined): Promise<SharedConversation> {
    const share = await this.find(token, password);
    await this.repository.countView(this.db, share.id);
    return this.read(share);
  }

  async open(token: string, password: string | undefined): Promise<SharedConversation> {
    return this.read(await this.find(token, password));
  }

  private async find(token: string, password: string | undefined): Promise<FoundShare> {
    const share = await this.repository.findByToken(this.db, hashOfToken(token), this.clock.date());
    if (share === undefined) throw new AppError('not_found');
    const { passwordHash } = share;
    if (passwordHash !== null && !(password !== undefined && (await this.fits(passwordHash, password)))) {
      throw new AppError('unauthenticated', { reason: 'share_password' });
    }
    return share;
  }

  private async fits(passwordHash: string, password: string): Promise<boolean> {
    return (await this.hasher.verify(passwordHash, password)).matches;
  }

  private async read({ id, title, model, createdAt }: FoundShare): Promise<SharedConversation> {
    return { title, model, createdAt, messages: await this.repository.messages(this.db, id) };
  }
}
