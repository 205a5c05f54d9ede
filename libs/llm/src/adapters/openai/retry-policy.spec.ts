import { RetryPolicy } from './retry-policy';
import { UpstreamFailure } from './upstream-failure';

const pauses = (policy: RetryPolicy, failure: UpstreamFailure) =>
  Array.from({ length: 11 }, (_, i) => policy.pauseBefore(i + 1, failure));
const failing = new UpstreamFailure('failing', { status: 500 });

describe('RetryPolicy', () => {
  it('doubles its pauses up to 8 s and ends with the retries that are allowed', () => {
    const policy = new RetryPolicy(7, () => 0);
    const doubled = [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000];
    expect(pauses(policy, failing)).toEqual([...doubled, ...Array<undefined>(4)]);
  });

  it('spreads callers over half of each pause', () => {
    expect(pauses(new RetryPolicy(3, () => 0.5), failing).slice(0, 3)).toEqual([375, 750, 1_500]);
    expect(pauses(new RetryPolicy(3, () => 1), failing).slice(0, 3)).toEqual([250, 500, 1_000]);
  });

  it('waits as long as it is asked to, up to 20 s, and spreads callers beyond that', () => {
    const asked = (retryAfterMs: number, random: number) =>
      new RetryPolicy(3, () => random).pauseBefore(1, new UpstreamFailure('limited', { status: 429, retryAfterMs }));
    expect(asked(20_000, 0)).toBe(20_000);
    expect(asked(20_000, 0.5)).toBe(20_250);
    expect(asked(20_001, 0)).toBeUndefined();
    expect(asked(100, 0)).toBe(500);
  });
});
