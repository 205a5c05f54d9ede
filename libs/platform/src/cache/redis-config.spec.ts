import { parseRedisUrl } from './redis-config';

const access = { tls: false, username: undefined, password: undefined };
const single = { kind: 'single', ...access, node: { host: 'host', port: 6379 }, database: 0 };

describe('parseRedisUrl', () => {
  it.each([
    ['redis://host', single],
    ['REDIS://host:6379/', single],
    ['redis://@host', single],
    ['redis://host:7000/3', { ...single, node: { host: 'host', port: 7000 }, database: 3 }],
    ['redis://[::1]:7000', { ...single, node: { host: '::1', port: 7000 } }],
    ['rediss://host', { ...single, tls: true }],
    ['redis://:secret@host:6379/0', { ...single, password: 'secret' }],
    ['redis://user:p%40ss@host', { ...single, username: 'user', password: 'p@ss' }],
    ['redis://:a@b/c:d#e@host', { ...single, password: 'a@b/c:d#e' }],
  ])('%s is one node', (text, config) => {
    expect(parseRedisUrl(text)).toEqual(config);
  });

  it.each([
    ['redis://a:6379,b:6380,c:6381', access],
    ['rediss://user:pass@a,b:6380,c:6381/0', { tls: true, username: 'user', password: 'pass' }],
  ])('%s is a cluster', (text, expected) => {
    const nodes = [
      { host: 'a', port: 6379 },
      { host: 'b', port: 6380 },
      { host: 'c', port: 6381 },
    ];
    expect(parseRedisUrl(text)).toEqual({ kind: 'cluster', ...expected, nodes });
  });

  it.each([
    ['', /must look like/],
    ['host:6379', /must look like/],
    ['http://:hunter2@host', /must look like/],
    ['redis://:hunter2@host/zero', /must look like/],
    ['redis://:hunter2@host/0?ssl=true', /must look like/],
    ['redis://', /must name each host/],
    ['redis://:hunter2@', /must name each host/],
    ['redis://:hunter2@host:0', /port from 1 to 65535/],
    ['redis://:hunter2@host:65536', /port from 1 to 65535/],
    ['redis://:hunter2@a,,b', /must name each host/],
    ['redis://:hunter2@a,b/1', /only database 0/],
    ['redis://hunter2@host', /a user but no password/],
    ['redis://:hunter2%@host', /%25/],
  ])('refuses %s without repeating its password', (text, words) => {
    expect(() => parseRedisUrl(text)).toThrow(words);
    expect(() => parseRedisUrl(text)).not.toThrow(/hunter2/);
  });
});
