import { Logger } from '@nestjs/common';
import { createLog } from './create-log';
import { NestLog } from './nest-log';
import { requestContext } from './request-context';

async function capture(level: 'info' | 'warn' = 'info') {
  const lines: string[] = [];
  const sink = { write: (line: string) => void lines.push(line) };
  const log = await createLog({ level, format: 'json' }, ['configured-secret'], [sink]);
  return { lines, pino: log.pino, parsed: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('the log', () => {
  it('writes one JSON object a line, with the request it belongs to', async () => {
    const { pino, lines, parsed } = await capture();
    requestContext.run({ requestId: 'r-1', userId: 'u-1' }, () => pino.info({ route: '/x' }, 'two\nlines'));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
    expect(parsed()[0]).toMatchObject({
      level: 'info',
      request_id: 'r-1',
      user_id: 'u-1',
      route: '/x',
      msg: 'two\nlines',
    });
    expect(parsed()[0]?.['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('holds no secret, wherever it stands', async () => {
    const { pino, lines } = await capture();
    const cause = new Error('upstream said sk-canary-1234567890');
    pino.error({ err: new Error('failed with configured-secret', { cause }), body: { password: 'canary-pw' } }, 'x');
    const all = lines.join('');
    for (const canary of ['canary-1234', 'configured-secret', 'canary-pw']) expect(all).not.toContain(canary);
    expect(all).toContain('upstream said');
  });

  it('keeps the parameters of a failed query out', async () => {
    const { pino, lines } = await capture();
    pino.error({ err: Object.assign(new Error('failed'), { query: 'SELECT 1', parameters: ['typed text'] }) }, 'x');
    expect(lines.join('')).not.toContain('typed text');
  });

  it('takes what Nest and our rooms log', async () => {
    const { pino, parsed } = await capture('warn');
    const nest = new NestLog(pino);
    nest.log('below the level', 'Ctx');
    nest.warn('plain', 'Ctx');
    nest.warn({ msg: 'fields', attempt: 2 }, 'Ctx');
    nest.error('bad', 'Error: bad\n at x', 'Ctx');
    nest.error(new Error('thrown'), 'Ctx');
    expect(parsed()).toEqual([
      expect.objectContaining({ level: 'warn', msg: 'plain', context: 'Ctx' }),
      expect.objectContaining({ level: 'warn', msg: 'fields', attempt: 2, context: 'Ctx' }),
      expect.objectContaining({ level: 'error', msg: 'bad', stack: 'Error: bad\n at x', context: 'Ctx' }),
      expect.objectContaining({ level: 'error', msg: 'thrown', context: 'Ctx' }),
    ]);
    Logger.overrideLogger(nest);
    new Logger('Room').warn({ msg: 'from a room', n: 1 });
    Logger.overrideLogger(false);
    expect(parsed().at(-1)).toMatchObject({ msg: 'from a room', n: 1, context: 'Room' });
  });
});
