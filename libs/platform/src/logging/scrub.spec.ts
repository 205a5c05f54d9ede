import { createScrubber } from './scrub';

const CANARY = 'Canary-3f9"x\\y z';

describe('scrubber', () => {
  const scrub = createScrubber(['configured-secret', 'with "quotes" & more']);

  it.each([
    ['a field', JSON.stringify({ password: CANARY, route: '/x' })],
    ['a nested field', JSON.stringify({ body: { deep: { refresh_token: CANARY } }, a: 1 })],
    ['the last field', JSON.stringify({ a: 1, api_key: CANARY })],
    ['JSON inside a message', JSON.stringify({ msg: `sent ${JSON.stringify({ password: CANARY })}` })],
    ['any case', JSON.stringify({ headers: { Authorization: CANARY } })],
  ])('masks %s', (_, line) => {
    const clean = scrub(line);
    expect(clean).not.toContain('3f9');
    expect(JSON.stringify(JSON.parse(clean))).toContain('[redacted]');
  });

  it.each([
    ['bearer tokens', 'got Bearer abc.def-123_xyz== there', 'abc'],
    ['JWTs', 'x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln y', 'eyJ'],
    ['API keys', 'Incorrect API key provided: sk-proj-abcdef123456', 'abcdef'],
    ['tokens in addresses', 'GET /reset-password?token=abcdef&x=1', 'abcdef'],
    ['tokens in socket paths', 'GET /api/v1/ws/abcdefghijklmnop', 'abcdefghijklmnop'],
    ['passwords in connection strings', 'at postgresql://bob:hunter2@db:5432/x', 'hunter2'],
    ['configured secrets', 'oops configured-secret', 'configured-secret'],
    ['configured secrets in JSON', JSON.stringify({ msg: 'with "quotes" & more' }), 'quotes'],
    ['configured secrets in addresses', `x=${encodeURIComponent('with "quotes" & more')}`, 'quotes'],
  ])('masks %s', (_, line, secret) => {
    expect(scrub(line)).not.toContain(secret);
  });

  it('leaves the rest alone', () => {
    const line = JSON.stringify({ msg: 'request', route: '/api/v1/ws/chat', tokens: 12, status: 200, path: '/a:b@c' });
    expect(scrub(line)).toBe(line);
  });

  it('stays fast on a long line', () => {
    const line = JSON.stringify({ msg: `"password":"${'\\"'.repeat(50_000)}` });
    const started = performance.now();
    scrub(line);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
