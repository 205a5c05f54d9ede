import { smtpUrl } from '../network-parsers';
import { anyText, base64Key, boolean, duration, email, list, mailbox, rate, text } from '../parsers';
import type { VariableSection } from '../variable';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export const keys = {
  SECRET_KEY: {
    doc: 'Signs access and refresh tokens; at least 32 bytes in production (`openssl rand -base64 48`).',
    parse: anyText,
    unset: 'made once under DATA_DIR; needed in production',
    secret: true,
  },
  SECRET_KEYS_OLD: {
    doc: 'Former SECRET_KEYs, separated by commas, whose tokens are still good.',
    parse: list(anyText),
    unset: 'none',
    secret: true,
  },
  ENCRYPTION_KEY: {
    doc: 'Encrypts the upstream keys that people store; 32 bytes in base64 (`openssl rand -base64 32`).',
    parse: base64Key,
    unset: 'made once under DATA_DIR; needed in production',
    secret: true,
  },
  ENCRYPTION_KEYS_OLD: {
    doc: 'Former ENCRYPTION_KEYs, separated by commas, with which stored data can still be read.',
    parse: list(base64Key),
    unset: 'none',
    secret: true,
  },
} satisfies VariableSection;

export const accounts = {
  ACCESS_TOKEN_MINUTES: {
    doc: 'How long an access token lives; fractions allowed.',
    parse: duration(MINUTE, 0.001, 525_600),
    fallback: '30',
  },
  REFRESH_TOKEN_DAYS: {
    doc: 'How long a refresh token lives; fractions allowed.',
    parse: duration(DAY, 0.00001, 3650),
    fallback: '7',
  },
  RESET_TOKEN_MINUTES: {
    doc: 'How long the link in a password reset mail lives; fractions allowed.',
    parse: duration(MINUTE, 0.001, 525_600),
    fallback: '60',
  },
  REJECT_COMMON_PASSWORDS: {
    doc: 'Refuses the few thousand passwords that are guessed first.',
    parse: boolean,
    unset: 'false, in production true',
    example: 'true',
  },
  ADMIN_USERNAME: {
    doc: 'With the next two, makes the first admin at the first start; later values change nothing.',
    parse: text(3, 50),
    unset: 'no admin is made',
    example: 'admin',
  },
  ADMIN_EMAIL: { doc: "The first admin's address.", parse: email, unset: 'none', example: 'admin@example.com' },
  ADMIN_PASSWORD: {
    doc: "The first admin's password, 8 to 128 characters.",
    parse: text(8, 128),
    unset: 'none',
    secret: true,
  },
} satisfies VariableSection;

export const rates = {
  RATE_LIMIT_AUTH: {
    doc: 'count/seconds for registration and resets by address, and for login by address and account; 0 is off.',
    parse: rate,
    fallback: '5/60',
  },
  RATE_LIMIT_LOGIN_ADDRESS: {
    doc: 'count/seconds for all logins of one address; 0 is off.',
    parse: rate,
    fallback: '20/60',
  },
  RATE_LIMIT_SEND: { doc: 'count/seconds for messages of one user; 0 is off.', parse: rate, fallback: '20/60' },
  RATE_LIMIT_DEFAULT: {
    doc: 'count/seconds for everything else, by user or else by address; 0 is off.',
    parse: rate,
    fallback: '100/60',
  },
} satisfies VariableSection;

export const mail = {
  SMTP_URL: {
    doc: 'Where mail goes out: smtp://name:password@host:587 or smtps://…:465.',
    parse: smtpUrl,
    unset: 'mails are files under MAIL_DIR, in production none are sent',
    example: 'smtp://127.0.0.1:1025',
    secret: true,
  },
  MAIL_FROM: {
    doc: 'The sender of mails.',
    parse: mailbox,
    unset: 'no-reply@ the host of PUBLIC_URL',
    example: 'Chat <no-reply@example.com>',
  },
  MAIL_DIR: { doc: 'Where mails are written without SMTP_URL.', parse: anyText, unset: 'DATA_DIR/mail' },
} satisfies VariableSection;
