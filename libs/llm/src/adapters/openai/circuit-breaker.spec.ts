import { Clock } from '#kernel';
import { type BreakerState, CircuitBreaker } from './circuit-breaker';

class HandClock extends Clock {
  time = 1_000_000;
  now(): number {
    return this.time;
  }
}

let clock: HandClock;
let states: BreakerState[];
let breaker: CircuitBreaker;

beforeEach(() => {
  clock = new HandClock();
  states = [];
  breaker = new CircuitBreaker(clock, (state) => states.push(state));
});

const report = (count: number, wentWell: boolean) => {
  for (let i = 0; i < count; i++) breaker.report(wentWell);
};

describe('CircuitBreaker', () => {
  it('wants twenty tries before it judges', () => {
    report(19, false);
    expect(breaker.admit()).toBe(0);
    report(1, false);
    expect(breaker.admit()).toBe(5_000);
  });

  it('opens at half, not below', () => {
    report(21, true);
    report(20, false);
    expect(states).toEqual([]);
    report(1, false);
    expect(states).toEqual(['open']);
  });

  it('forgets what is long past', () => {
    report(19, false);
    clock.time += 10_000;
    report(19, false);
    expect(states).toEqual([]);
  });

  it('tells how long it stays open, then lets one in at a time', () => {
    report(20, false);
    clock.time += 4_000;
    expect(breaker.admit()).toBe(1_000);
    clock.time += 1_000;
    expect([breaker.admit(), breaker.admit()]).toEqual([0, 5_000]);
    clock.time += 5_000;
    expect(breaker.admit()).toBe(0);
    expect(states).toEqual(['open', 'half_open']);
  });

  it('believes a probe, and takes stragglers of before for nothing', () => {
    report(20, false);
    report(5, true);
    expect(states).toEqual(['open']);
    clock.time += 5_000;
    breaker.admit();
    breaker.report(false);
    expect(breaker.admit()).toBe(5_000);
    clock.time += 5_000;
    breaker.admit();
    breaker.report(true);
    expect(states).toEqual(['open', 'half_open', 'open', 'half_open', 'closed']);
    report(19, false);
    expect(breaker.admit()).toBe(0);
  });
});
