import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PasswordHasher } from '#auth';
import { Clock, newId } from '#kernel';
import { Sealer } from '#platform';
import { sealedShareTokens } from './sealed-share-tokens';
import type { Share } from './share';
import type { ShareEntity } from './share.entity';

export interface ShareTerms {
  /** None: it is there until it is revoked. */
  readonly expiresInDays?: number | undefined;
  /** Without which nobody follows the link. */
  readonly password?: string | undefined;
}

/** A link that leads nowhere yet. */
export type DraftedLink = Omit<ShareEntity, 'conversationId' | 'userId' | 'title' | 'model'>;

const DAY_MS = 24 * 3_600_000;

/** Links are found by a hash of their token, which itself lies sealed: whoever reads the table can follow none. */
@Injectable()
export class ShareLinks {
  constructor(
    private readonly sealer: Sealer,
    private readonly hasher: PasswordHasher,
    private readonly clock: Clock,
  ) {}

  /** To be made of before a transaction begins: hashing takes its time. */
  async draft({ expiresInDays, password }: ShareTerms): Promise<DraftedLink> {
    const createdAt = this.clock.date();
    const id = newId(createdAt.getTime());
    // 256 bits: nobody guesses it.
    const token = randomBytes(32).toString('base64url');
    return {
      id,
      tokenHash: hashOfToken(token),
      tokenSealed: this.sealer.seal(token, sealedShareTokens.placeOf(id)),
      passwordHash: password === undefined ? null : await this.hasher.hash(password),
      expiresAt: expiresInDays === undefined ? null : new Date(createdAt.getTime() + expiresInDays * DAY_MS),
      viewCount: 0,
      createdAt,
    };
  }

  shown({ id, tokenSealed, passwordHash, expiresAt, viewCount, createdAt }: ShareEntity): Share {
    const token = this.sealer.open(tokenSealed, sealedShareTokens.placeOf(id)) ?? null;
    return { id, token, hasPassword: passwordHash !== null, expiresAt, viewCount, createdAt };
  }
}

export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
