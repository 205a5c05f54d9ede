import { OneAtATime } from './one-at-a-time';

it('does one after the other, also after one that failed', async () => {
  const turns = new OneAtATime();
  const log: string[] = [];
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const first = turns.take(async () => {
    await gate;
    log.push('first');
    throw new Error('first');
  });
  const others = ['second', 'third'].map((name) => turns.take(() => Promise.resolve(log.push(name))));
  open();
  await expect(first).rejects.toThrow('first');
  await Promise.all(others);
  expect(log).toEqual(['first', 'second', 'third']);
  expect(await turns.take(() => Promise.resolve('fourth'))).toBe('fourth');
});
