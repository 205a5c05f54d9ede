import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { eventually } from '../../../../test/harness/eventually';
import { readMail } from '../../../../test/harness/read-mail';
import { SmtpServer } from '../../../../test/harness/smtp-server';
import { MailModule } from './mail.module';
import { Mailer } from './mailer';

type Line = Readonly<Record<string, unknown>>;

const FROM = 'Chat <no-reply@chat.example>';
const MAIL = {
  to: 'bob@example.org',
  subject: 'Reset your password',
  text: 'Open https://chat.example/x?token=canary\n',
};

const lines: Line[] = [];
const write = (line: Line): void => void lines.push(line);

let server: SmtpServer;
let pauses: number[];

/** Time that passes at once. */
const noPause = (ms: number): Promise<void> => {
  pauses.push(ms);
  return Promise.resolve();
};

/** Time that stands still before the given try, until the mailer closes. */
const standStillBeforeTry =
  (attempt: number) =>
  async (ms: number, unless: AbortSignal): Promise<void> => {
    pauses.push(ms);
    if (pauses.length < attempt || unless.aborted) return;
    await new Promise((resolve) => unless.addEventListener('abort', resolve));
  };

const bySmtp = (pause: ConstructorParameters<typeof Mailer>[1] = noPause): Mailer =>
  new Mailer({ smtpUrl: server.url, from: FROM, directory: undefined }, pause);

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** All but what the limits of a connection are made of. */
const REAL_TIME = ['Date', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'setInterval'] as const;

const logged = (words: string): Promise<void> => eventually(() => lines.some(({ msg }) => msg === words));

const recorder = { log: write, warn: write, error: write };
beforeAll(() => Logger.overrideLogger(recorder));
afterAll(() => Logger.overrideLogger(false));

beforeEach(async () => {
  lines.length = 0;
  pauses = [];
  server = await SmtpServer.start();
});

afterEach(async () => {
  jest.useRealTimers();
  await server.stop();
  const told = JSON.stringify(lines);
  for (const secret of ['bob', 'canary', 'Reset']) expect(told).not.toContain(secret);
});

describe('a mail', () => {
  it('is sent after the caller went on', async () => {
    const mailer = bySmtp(standStillBeforeTry(1));
    mailer.send(MAIL);
    expect(server.connections).toBe(0);
    await mailer.close();
    expect(server.mails).toHaveLength(1);
  });
});

describe('a mail that fails', () => {
  it.each([
    ['the server is busy', 'connect', '421 too busy'],
    ['the connection is cut at the start', 'connect', 'cut'],
    ['the sender is put off', 'MAIL', '451 later'],
    ['the recipient is put off', 'RCPT', '450 <bob@example.org> is busy'],
    ['the connection is cut before the content', 'DATA', 'cut'],
    ['the content is put off', 'content', '452 no room'],
  ] as const)('is tried again when %s', async (_, step, mishap) => {
    server.fail(step, mishap, mishap);
    bySmtp().send(MAIL);
    await logged('mail handed to the SMTP server');
    expect(server.mails).toHaveLength(1);
    expect(pauses).toHaveLength(3);
  });

  it('is tried again when the server never greets', async () => {
    jest.useFakeTimers({ doNotFake: [...REAL_TIME] });
    server.fail('connect', 'silence');
    bySmtp().send(MAIL);
    while (server.connections === 0) await turn();
    let waited = 0;
    for (; pauses.length === 1 && waited < 60; waited++) await jest.advanceTimersByTimeAsync(1_000).then(turn);
    jest.useRealTimers();
    expect(waited).toBeLessThanOrEqual(11);
    await logged('mail handed to the SMTP server');
  });

  it('keeps its id, so that one that came twice can be told', async () => {
    server.fail('content', 'cut');
    bySmtp().send(MAIL);
    await logged('mail handed to the SMTP server');
    const ids = server.mails.map(({ raw }) => readMail(raw).headers.get('message-id'));
    expect(ids).toHaveLength(2);
    expect(ids[0]).toMatch(/^<[\da-f-]{36}@chat\.example>$/);
    expect(ids[1]).toBe(ids[0]);
  });

  it.each([
    ['the recipient', 'RCPT', '550 no such user bob@example.org'],
    ['the content', 'content', '554 not wanted, bob'],
  ] as const)('is not tried again when %s is refused for good', async (_, step, mishap) => {
    server.fail(step, mishap);
    bySmtp().send(MAIL);
    await logged('mail was not sent');
    expect(lines).toEqual([
      expect.objectContaining({ msg: 'mail was not sent', tries: 1, smtp_status: +mishap.slice(0, 3) }),
    ]);
    expect(pauses).toHaveLength(1);
  });

  it.each([
    ['shortest', 0],
    ['longest', 0.999],
  ])('is given up after five tries in ten minutes, with the %s pauses', async (_, chance) => {
    const random = jest.spyOn(Math, 'random').mockReturnValue(chance);
    server.fail('connect', ...Array.from({ length: 6 }, () => 'cut' as const));
    bySmtp().send(MAIL);
    await logged('mail was not sent');
    random.mockRestore();
    expect(server.connections).toBe(5);
    expect(pauses).toHaveLength(5);
    expect(pauses[0]).toBeLessThan(1_000);
    expect([...pauses].sort((a, b) => a - b)).toEqual(pauses);
    const all = pauses.reduce((sum, pause) => sum + pause);
    expect(all).toBeGreaterThan(5 * 60_000);
    expect(all).toBeLessThan(10 * 60_000);
  });
});

describe('many mails', () => {
  it('go out a few at a time, and all of them', async () => {
    const mailer = bySmtp();
    for (let n = 0; n < 30; n++) mailer.send({ ...MAIL, subject: `number ${n}` });
    await mailer.close();
    expect(new Set(server.mails.map(({ raw }) => readMail(raw).headers.get('subject'))).size).toBe(30);
    expect(server.mostConnectionsAtOnce).toBeGreaterThan(1);
    expect(server.mostConnectionsAtOnce).toBeLessThan(8);
  });

  it('are dropped, and told of, when too many wait', () => {
    const mailer = bySmtp(() => new Promise(() => undefined));
    for (let n = 0; n < 1_002; n++) mailer.send(MAIL);
    expect(lines.map(({ msg }) => msg)).toEqual(Array(2).fill('too many mails are waiting, this one is dropped'));
  });
});

describe('at the end', () => {
  it('what waits for another try gets it', async () => {
    server.fail('RCPT', '450 later');
    const mailer = bySmtp(standStillBeforeTry(2));
    mailer.send(MAIL);
    await logged('mail was not sent yet');
    expect(server.mails).toHaveLength(0);
    await mailer.close();
    expect(server.mails).toHaveLength(1);
  });

  it('nothing gets more than one', async () => {
    server.fail('connect', 'cut', 'cut', 'cut');
    const mailer = bySmtp(standStillBeforeTry(2));
    mailer.send(MAIL);
    await logged('mail was not sent yet');
    await mailer.close();
    expect(server.connections).toBe(2);
    expect(lines.at(-1)?.['msg']).toBe('mail was not sent');
  });

  it('a mail that comes while the mailer closes goes out as well', async () => {
    const mailer = bySmtp(standStillBeforeTry(1));
    mailer.send(MAIL);
    const closed = mailer.close();
    mailer.send(MAIL);
    await closed;
    expect(server.mails).toHaveLength(2);
  });

  it('it waits no longer than it may', async () => {
    server.fail('EHLO', 'silence');
    const mailer = bySmtp();
    mailer.send(MAIL);
    const limit = new AbortController();
    const closed = mailer.close(limit.signal);
    await eventually(() => server.connections === 1);
    limit.abort();
    await closed;
    expect(lines.at(-1)).toEqual({ msg: 'mails are lost with this process', count: 1 });
    await mailer.close(AbortSignal.abort());
    server.cutAll();
    await mailer.close();
  });
});

describe('without SMTP', () => {
  it('mails are files, and the log says where', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'mail-'));
    const mailer = new Mailer({ smtpUrl: undefined, from: FROM, directory }, noPause);
    mailer.send(MAIL);
    await mailer.close();
    const path = String(lines[0]?.['msg']).replace('mail written to ', '');
    expect(await readFile(path, 'utf8')).toContain(MAIL.text.trimEnd());
    await rm(directory, { recursive: true });
  });

  it('a file that cannot be written is tried again', async () => {
    const mailer = new Mailer({ smtpUrl: undefined, from: FROM, directory: join(__filename, 'no folder') }, noPause);
    mailer.send(MAIL);
    await logged('mail was not sent');
    expect(lines.at(-1)).toMatchObject({ tries: 5, code: 'ENOTDIR' });
  });

  it('and without a folder none is sent, which is said once, at the start', async () => {
    const config = { smtpUrl: undefined, from: FROM, directory: undefined };
    const testing = Test.createTestingModule({ imports: [MailModule.forRoot(config)] }).setLogger(recorder);
    const mailer = (await testing.compile()).get(Mailer);
    const warnings = lines.filter(({ msg }) => msg === 'there is no SMTP_URL: no mail will be sent');
    expect(warnings).toHaveLength(1);
    const told = lines.length;
    mailer.send(MAIL);
    await mailer.close();
    expect(lines).toHaveLength(told);
  });
});
