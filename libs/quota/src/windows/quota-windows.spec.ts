import fc from 'fast-check';
import { QuotaWindows } from './quota-windows';

function at(timeZone: string, time: string) {
  const { day, month, dayEndsAt, monthEndsAt } = new QuotaWindows(timeZone).at(Date.parse(time));
  return [day, month, dayEndsAt.toISOString(), monthEndsAt.toISOString()];
}

it.each([
  ['UTC', '2026-01-01T12:00:00Z', ['2026-01-01', '2026-01', '2026-01-02T00:00:00.000Z', '2026-02-01T00:00:00.000Z']],
  [
    'UTC',
    '2028-02-29T23:59:59.999Z',
    ['2028-02-29', '2028-02', '2028-03-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
  ],
  [
    'Asia/Shanghai',
    '2026-12-31T16:00:00Z',
    ['2027-01-01', '2027-01', '2027-01-01T16:00:00.000Z', '2027-01-31T16:00:00.000Z'],
  ],
  [
    'Asia/Shanghai',
    '2026-12-31T15:59:59.999Z',
    ['2026-12-31', '2026-12', '2026-12-31T16:00:00.000Z', '2026-12-31T16:00:00.000Z'],
  ],
  // 23 hours, in a month that ends in summer time; then 25, in one that ends in winter time.
  [
    'Europe/Berlin',
    '2026-03-29T00:00:00Z',
    ['2026-03-29', '2026-03', '2026-03-29T22:00:00.000Z', '2026-03-31T22:00:00.000Z'],
  ],
  [
    'Europe/Berlin',
    '2026-10-24T22:00:00Z',
    ['2026-10-25', '2026-10', '2026-10-25T23:00:00.000Z', '2026-10-31T23:00:00.000Z'],
  ],
  [
    'America/New_York',
    '2026-11-01T03:59:59.999Z',
    ['2026-10-31', '2026-10', '2026-11-01T04:00:00.000Z', '2026-11-01T04:00:00.000Z'],
  ],
  [
    'America/New_York',
    '2026-11-01T05:30:00Z',
    ['2026-11-01', '2026-11', '2026-11-02T05:00:00.000Z', '2026-12-01T05:00:00.000Z'],
  ],
  // Midnight does not exist: clocks go from 23:59 to 01:00.
  [
    'Africa/Cairo',
    '2024-04-25T12:00:00Z',
    ['2024-04-25', '2024-04', '2024-04-25T22:00:00.000Z', '2024-04-30T21:00:00.000Z'],
  ],
  // There was no 30th.
  [
    'Pacific/Apia',
    '2011-12-30T09:00:00Z',
    ['2011-12-29', '2011-12', '2011-12-30T10:00:00.000Z', '2011-12-31T10:00:00.000Z'],
  ],
  [
    'Pacific/Apia',
    '2011-12-30T10:00:00Z',
    ['2011-12-31', '2011-12', '2011-12-31T10:00:00.000Z', '2011-12-31T10:00:00.000Z'],
  ],
  [
    'Asia/Kathmandu',
    '2026-06-30T18:15:00Z',
    ['2026-07-01', '2026-07', '2026-07-01T18:15:00.000Z', '2026-07-31T18:15:00.000Z'],
  ],
])('%s at %s', (timeZone, time, expected) => {
  expect(at(timeZone, time)).toEqual(expected);
});

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Shanghai', 'Pacific/Apia', 'Australia/Lord_Howe'];
const instants = fc.integer({ min: Date.UTC(2005, 0), max: Date.UTC(2035, 0) });

it('follows one another without gap, in order, whatever was asked before', () => {
  const shared = new Map(zones.map((zone) => [zone, new QuotaWindows(zone)]));
  fc.assert(
    fc.property(fc.constantFrom(...zones), instants, (zone, now) => {
      const windows = shared.get(zone) as QuotaWindows;
      const current = windows.at(now);
      expect(windows.at(current.dayEndsAt.getTime() - 1).day).toBe(current.day);
      expect(windows.at(current.dayEndsAt.getTime()).day > current.day).toBe(true);
      expect(windows.at(current.monthEndsAt.getTime() - 1).month).toBe(current.month);
      const next = windows.at(current.monthEndsAt.getTime());
      expect(next.day).toBe(`${next.month}-01`);
      expect(next.month > current.month).toBe(true);
      expect(windows.at(now)).toEqual(new QuotaWindows(zone).at(now));
    }),
    { numRuns: 300 },
  );
});

it('names the last days, each from its first moment to that of the next, also where clocks change', () => {
  const days = new QuotaWindows('Europe/Berlin').lastDays(Date.parse('2026-03-30T10:00:00Z'), 3);
  expect(days.map(({ day, startsAt, endsAt }) => [day, startsAt.toISOString(), endsAt.toISOString()])).toEqual([
    ['2026-03-28', '2026-03-27T23:00:00.000Z', '2026-03-28T23:00:00.000Z'],
    ['2026-03-29', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['2026-03-30', '2026-03-29T22:00:00.000Z', '2026-03-30T22:00:00.000Z'],
  ]);
});
