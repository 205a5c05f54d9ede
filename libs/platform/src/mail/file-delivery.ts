import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDirectory } from '../files/ensure-directory';
import type { Deliver } from './mail';
import { mailMessage } from './mail-message';

/**
 * A file for each mail, in the order of sending by name. It holds the text as it stands, without an HTML part, so that
 * its links work in any editor and terminal.
 */
export function fileDelivery(directory: string, from: string): Deliver {
  return async (id, { html: _, ...mail }) => {
    const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
    const headers = new MailComposer(mailMessage(id, mail, from)).compile().buildHeaders();
    const message = [
      headers.replace(/^Content-Transfer-Encoding: .*/m, 'Content-Transfer-Encoding: 8bit'),
      '',
      mail.text.replace(/\r?\n/g, '\r\n'),
    ].join('\r\n');
    ensureDirectory(directory, 0o700);
    const file = join(directory, `${id}.eml`);
    await writeFile(`${file}.part`, message, { mode: 0o600 });
    await rename(`${file}.part`, file);
    return `written to ${file}`;
  };
}
