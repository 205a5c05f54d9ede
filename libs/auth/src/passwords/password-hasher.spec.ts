import { hash } from '@node-rs/argon2';
import { PasswordHasher } from './password-hasher';

const hasher = new PasswordHasher();
const ENCODED = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z\d+/]{22}\$[A-Za-z\d+/]{43}$/;

/** The quickest of each, measured in turns: the others tell how busy the machine is. */
async function quickestMs(...works: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const times = works.map((): number[] => []);
  for (let round = 0; round < 9; round++) {
    for (const [index, work] of works.entries()) {
      const started = performance.now();
      await work();
      times[index]?.push(performance.now() - started);
    }
  }
  return times.map((all) => Math.min(...all));
}

describe('PasswordHasher', () => {
  it('makes argon2id of 19 MB, two passes, one lane, each with salt of its own', async () => {
    const [one, other] = await Promise.all([hasher.hash('correct horse'), hasher.hash('correct horse')]);
    expect(one).toMatch(ENCODED);
    expect(other).toMatch(ENCODED);
    expect(one).not.toBe(other);
  });

  it('knows the password and no other', async () => {
    const made = await hasher.hash('correct horse');
    expect(await hasher.verify(made, 'correct horse')).toEqual({ matches: true, outdated: false });
    expect(await hasher.verify(made, 'Correct horse')).toEqual({ matches: false, outdated: false });
    expect(await hasher.verify(made, 'correct horse ')).toEqual({ matches: false, outdated: false });
  });

  it('reads all of a long one', async () => {
    const first72 = 'x'.repeat(72);
    const made = await hasher.hash(`${first72}-one`);
    expect((await hasher.verify(made, `${first72}-one`)).matches).toBe(true);
    expect((await hasher.verify(made, `${first72}-two`)).matches).toBe(false);
    expect((await hasher.verify(made, first72)).matches).toBe(false);
  });

  it('takes any script, and NUL is no end', async () => {
    const made = await hasher.hash('密码🔑\0пароль');
    expect((await hasher.verify(made, '密码🔑\0пароль')).matches).toBe(true);
    expect((await hasher.verify(made, '密码🔑\0парола')).matches).toBe(false);
    expect((await hasher.verify(made, '密码🔑')).matches).toBe(false);
  });

  it.each([
    ['less memory', { memoryCost: 12_288, timeCost: 2, parallelism: 1 }],
    ['fewer passes', { memoryCost: 19_456, timeCost: 1, parallelism: 1 }],
    ['more lanes', { memoryCost: 19_456, timeCost: 2, parallelism: 2 }],
    ['argon2i', { memoryCost: 19_456, timeCost: 2, parallelism: 1, algorithm: 1 as const }],
  ])('calls a hash of %s outdated and still knows its password', async (_, parameters) => {
    const made = await hash('correct horse', parameters);
    expect(await hasher.verify(made, 'correct horse')).toEqual({ matches: true, outdated: true });
  });

  it('fails aloud on what is no hash', async () => {
    await expect(hasher.verify('not a hash', 'x')).rejects.toThrow();
  });

  it('takes the same time for nobody as for somebody, from the first time on', async () => {
    const made = await hasher.hash('correct horse');
    const [somebody = NaN, ...nobody] = await quickestMs(
      () => hasher.verify(made, 'wrong horse'),
      () => hasher.verifyNothing('wrong horse'),
      () => new PasswordHasher().verifyNothing('wrong horse'),
    );
    for (const time of nobody) {
      expect(time).toBeLessThan(somebody * 2);
      expect(time).toBeGreaterThan(somebody / 2);
    }
  });

  it('leaves the event loop free while it hashes', async () => {
    let turns = 0;
    const turning = setInterval(() => turns++, 1);
    await Promise.all(Array.from({ length: 10 }, () => hasher.hash('correct horse')));
    clearInterval(turning);
    expect(turns).toBeGreaterThan(0);
  });
});
