import { randomBytes } from 'node:crypto';
import { Sealer } from './sealer';

const [old, current] = [randomBytes(32), randomBytes(32)];
const sealer = new Sealer({ keys: [current, old] });

it.each(['sk-abc', '', '密钥 🔑', 'x'.repeat(10_000)])('opens what it has sealed (%#)', (text) => {
  expect(sealer.open(sealer.seal(text, 'here'), 'here')).toBe(text);
});

it('shows nothing of what it seals, and never the same twice', () => {
  const seals = Array.from({ length: 100 }, () => sealer.seal('sk-secret', 'here'));
  expect(new Set(seals).size).toBe(100);
  for (const sealed of seals) {
    expect(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('secret');
  }
});

it('opens it in no other place', () => {
  expect(sealer.open(sealer.seal('sk-secret', 'row 1'), 'row 2')).toBeUndefined();
});

it('opens what an older key has sealed for as long as that is listed, and seals by the newest', () => {
  const before = new Sealer({ keys: [old] }).seal('sk-secret', 'here');
  expect(sealer.open(before, 'here')).toBe('sk-secret');
  expect(new Sealer({ keys: [current] }).open(before, 'here')).toBeUndefined();
  expect(new Sealer({ keys: [current] }).open(sealer.seal('sk-secret', 'here'), 'here')).toBe('sk-secret');
});

it('opens nothing of which any byte was altered or cut off', () => {
  const [format, id, encoded = ''] = sealer.seal('sk-secret', 'here').split('.');
  const body = Buffer.from(encoded, 'base64url');
  for (let at = 0; at < body.length; at++) {
    const altered = Buffer.from(body);
    altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
    for (const broken of [altered, body.subarray(0, at)]) {
      expect(sealer.open([format, id, broken.toString('base64url')].join('.'), 'here')).toBeUndefined();
    }
  }
});

it.each(['', 'sk-secret', 'v1', 'v1..', 'v2.0.0', '....'])('opens nothing that is no seal: %j', (sealed) => {
  expect(sealer.open(sealed, 'here')).toBeUndefined();
});
