import { readMail } from '../../../../test/harness/read-mail';
import { SmtpServer } from '../../../../test/harness/smtp-server';
import type { Mail } from './mail';
import { smtpDelivery } from './smtp-delivery';

const FROM = 'Chat <no-reply@chat.example>';
const MAIL = { to: 'bob@example.org', subject: 'Reset your password', text: 'Open https://chat.example/x?token=y\n' };

let server: SmtpServer;

beforeAll(async () => {
  server = await SmtpServer.start();
});
afterAll(() => server.stop());

async function delivered(mail: Mail, from = FROM) {
  await smtpDelivery(server.url, from)('some-id', mail);
  const received = await server.nextMail();
  return { ...received, ...readMail(received.raw) };
}

describe('a mail by SMTP', () => {
  it('arrives as it was written', async () => {
    const text = `.dot at the start\r\n..two\r\n.\r\n密码重置：${'长'.repeat(400)}\r\nend\r\n`;
    const mail = await delivered({ ...MAIL, subject: '重置您的密码 – déjà vu', text, html: '<p>密码 & more</p>' });
    expect({ from: mail.from, to: mail.to }).toEqual({ from: 'no-reply@chat.example', to: ['bob@example.org'] });
    expect(mail.headers.get('from')).toBe(FROM);
    expect(mail.headers.get('to')).toBe('bob@example.org');
    expect(mail.headers.get('subject')).toBe('重置您的密码 – déjà vu');
    expect(mail.headers.get('message-id')).toBe('<some-id@chat.example>');
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail.text.trimEnd()).toBe(text.trimEnd());
    expect(mail.html?.trimEnd()).toBe('<p>密码 & more</p>');
  });

  it('arrives as plain text where there is no HTML', async () => {
    const { headers, text } = await delivered(MAIL);
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(text.trimEnd()).toBe(MAIL.text.trimEnd());
  });

  it('comes from the address of another script', async () => {
    const { from, headers } = await delivered(MAIL, '客服 <a@bücher.example>');
    expect(from).toBe('a@xn--bcher-kva.example');
    expect(headers.get('from')).toBe('客服 <a@xn--bcher-kva.example>');
    expect(headers.get('message-id')).toBe('<some-id@xn--bcher-kva.example>');
  });

  it.each([
    ['info@bücher.example', 'info@xn--bcher-kva.example'],
    ['用户@例子.测试', '用户@例子.测试'],
  ])('goes to %s', async (to, recipient) => {
    expect((await delivered({ ...MAIL, to })).to).toEqual([recipient]);
  });

  it.each([
    ['the subject', { subject: 'Hi\r\nBcc: eve@example.org\r\n\r\nbody of Eve' }],
    ['the subject, by a bare line feed', { subject: 'Hi\nBcc: eve@example.org\n\nbody of Eve' }],
    ['the address', { to: 'al@example.org\r\nBcc: eve@example.org' }],
    ['the address, as a command', { to: 'al@example.org>\r\nRCPT TO:<eve@example.org' }],
    ['the address, as a list', { to: 'al@example.org, eve@example.org' }],
    ['the address, as a group', { to: 'all: al@example.org, eve@example.org;' }],
  ])('takes no header and no recipient from %s', async (_, forged) => {
    const { to, headers } = await delivered({ ...MAIL, ...forged });
    expect(to).toHaveLength(1);
    expect(to).not.toContain('eve@example.org');
    expect([...headers.keys()].sort()).toEqual([
      'auto-submitted',
      'content-transfer-encoding',
      'content-type',
      'date',
      'from',
      'message-id',
      'mime-version',
      'subject',
      'to',
    ]);
  });
});
