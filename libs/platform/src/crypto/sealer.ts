import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { EncryptionConfig } from '../config/config';

const CIPHER = 'aes-256-gcm';
const FORMAT = 'v1';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Keeps secrets that have to be read again: `v1.<which key>.<iv, tag and ciphertext>`. The first key seals and every
 * key opens, so keys change before anything is sealed anew.
 */
export class Sealer {
  private readonly keys: ReadonlyMap<string, Buffer>;
  /** Of all that the newest key has sealed. */
  readonly newestPrefix: string;
  private readonly newestKey: Buffer;

  constructor({ keys }: EncryptionConfig) {
    this.keys = new Map(keys.map((key) => [keyId(key), key]));
    this.newestKey = keys[0];
    this.newestPrefix = `${FORMAT}.${keyId(keys[0])}.`;
  }

  /** What is sealed for one place, such as a column of a row, opens nowhere else. */
  seal(text: string, place: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.newestKey, iv).setAAD(Buffer.from(place));
    const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    const body = Buffer.concat([iv, cipher.getAuthTag(), ciphertext]);
    return this.newestPrefix + body.toString('base64url');
  }

  /** Undefined: altered, sealed for another place, or by a key that is listed no longer. */
  open(sealed: string, place: string): string | undefined {
    const [format, id = '', encoded = ''] = sealed.split('.');
    const key = this.keys.get(id);
    const body = Buffer.from(encoded, 'base64url');
    if (format !== FORMAT || key === undefined || body.length < IV_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv(CIPHER, key, body.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(place))
      .setAuthTag(body.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    try {
      return decipher.update(body.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      return undefined;
    }
  }
}

function keyId(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}
