import type { Deliver } from './mail';
import { mailMessage } from './mail-message';

const LIMITS = { dnsTimeout: 10_000, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };

/** Each mail over a connection of its own. */
export function smtpDelivery(url: string, from: string): Deliver {
  return async (id, mail) => {
    const { createTransport } = await import('nodemailer');
    await createTransport({ url, ...LIMITS }).sendMail(mailMessage(id, mail, from));
    return 'handed to the SMTP server';
  };
}
