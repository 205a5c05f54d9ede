import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { DateField } from './date.field';

class Probe {
  @DateField({})
  at!: Date;
}

function read(at: unknown): string {
  const probe = plainToInstance(Probe, { at });
  return validateSync(probe).length === 0 ? probe.at.toISOString() : 'refused';
}

describe('DateField', () => {
  it.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T12:30Z', '2026-01-31T12:30:00.000Z'],
    ['2026-01-31T12:30:15.5+02:00', '2026-01-31T10:30:15.500Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2026-02-29', 'refused'],
    ['2026-02-31', 'refused'],
    ['2026-13-01', 'refused'],
    ['2026-01-31T25:00Z', 'refused'],
    ['2026-01-31T12:30', 'refused'],
    ['31.01.2026', 'refused'],
    ['now', 'refused'],
    ['', 'refused'],
    ['9999-12-31T23:59:59-12:00', 'refused'],
    ['0001-01-01T00:00:00+12:00', 'refused'],
    [1_767_225_600_000, 'refused'],
    [['2026-01-31'], 'refused'],
    [null, 'refused'],
    [undefined, 'refused'],
  ])('reads %j as %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});
