import { beginnings, endings, foundPasswords, runsOfDigits, shortBeginnings } from './common-passwords';
import { isCommonPassword } from './is-common-password';

describe('isCommonPassword', () => {
  it.each([
    'password',
    'PassWord123',
    'P@ssw0rd',
    '12345678',
    '1234567890',
    '87654321',
    'qwertyuiop',
    'asdfghjkl',
    'poiuytrewq',
    '1qaz2wsx',
    '1q2w3e4r5t',
    'q1w2e3r4t5y6',
    'zaq12wsx',
    'abcd1234',
    'abcdefgh',
    'aaaaaaaa',
    '11111111',
    '12121212',
    '123123123',
    'iloveyou',
    'trustno1',
    'sunshine1',
    'superman',
    'football',
    'starwars',
    'letmein123',
    'welcome1',
    'admin123',
    'administrator',
    'changeme',
    'qwerty123!',
    'liverpool',
    '!@#$%^&*',
    '147258369',
    '5201314a',
    'woaini1314',
    'aini1314',
    'a123456789',
    'qq123456',
    'zhang123456',
    '111222tianya',
    '19861010',
    '20080808',
  ])('knows %s', (password) => {
    expect(isCommonPassword(password)).toBe(true);
  });

  it.each([
    'correct horse battery staple',
    'Tr0ub4dor&3x',
    'passwordless-future',
    'my dragon eats superman',
    '19863110',
    '73920164',
    'qwertyuiop but longer',
    'aaaaaaaab',
    '静夜思床前明月光啊',
    'vK8#mZ2q',
  ])('lets %s pass', (password) => {
    expect(isCommonPassword(password)).toBe(false);
  });

  it('knows a few thousand by name, all of which are long enough to be asked about', () => {
    const found = foundPasswords();
    expect(new Set(found).size).toBe(found.length);
    expect(found.length).toBeGreaterThanOrEqual(3_000);
    expect(found.filter((password) => password.length < 8 || !isCommonPassword(password))).toEqual([]);
  });

  it('has lower case alone in its lists, else they would match nothing', () => {
    const entries = [foundPasswords, beginnings, endings, shortBeginnings, runsOfDigits].flatMap((list) => list());
    expect(entries.filter((entry) => entry !== entry.toLowerCase())).toEqual([]);
  });
});
