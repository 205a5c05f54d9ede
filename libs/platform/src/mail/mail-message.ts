import { domainToASCII } from 'node:url';
import type { SendMailOptions } from 'nodemailer';
import type { Mail } from './mail';

/** As nodemailer writes it, which keeps line breaks out of headers and encodes what is not ASCII. */
export function mailMessage(id: string, { to, ...content }: Mail, from: string): SendMailOptions {
  return {
    ...content,
    from,
    // One address, whatever commas and brackets are in it.
    to: { name: '', address: to },
    // The same for every try, so that a mail that was taken although the connection broke is not shown twice.
    messageId: `<${id}@${domainOf(from)}>`,
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

function domainOf(mailbox: string): string {
  return domainToASCII(mailbox.slice(mailbox.lastIndexOf('@') + 1).replace('>', ''));
}
