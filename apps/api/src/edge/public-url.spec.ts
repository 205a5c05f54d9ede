import type { Request } from 'express';
import { PublicUrl } from './public-url';

const asked = (host: string | undefined) => new PublicUrl(null).of({ protocol: 'http', host } as Request);

describe('PublicUrl', () => {
  it.each(['chat.example.com', 'localhost:8000', '127.0.0.1:8000', '[::1]:8000', 'xn--bcher-kva.example'])(
    'is what the request came to: %s',
    (host) => {
      expect(asked(host)).toBe(`http://${host}`);
    },
  );

  it.each([
    undefined,
    '',
    'a/b',
    'a b',
    'evil.example/x?y=@chat.example.com',
    'me@evil.example',
    'a\\b',
    'a:b',
    'a<script>',
    ':80',
  ])('makes no link to what is no host: %s', (host) => {
    expect(() => asked(host)).toThrow(expect.objectContaining({ kind: 'malformed' }));
  });

  it('is what is configured, whatever the request says', () => {
    const configured = new PublicUrl('https://chat.example.com');
    expect(configured.of({ protocol: 'http', host: 'a/b' } as Request)).toBe('https://chat.example.com');
  });
});
