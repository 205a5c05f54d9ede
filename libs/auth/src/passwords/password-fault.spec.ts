import { passwordFault } from './password-fault';

const strict = { username: 'Bob_Builder', rejectCommon: true };
const lenient = { ...strict, rejectCommon: false };
const LENGTH = { reason: 'length', params: { min: 8, max: 128 } };

describe('passwordFault', () => {
  it.each([
    ['8 characters', 'xk2-9fQz'],
    ['128 characters', 'xk2-9fQz'.repeat(16)],
    ['8 characters of four bytes', '𠮷野家𠀋𡈽𡌛𡑮𡢽'],
    ['128 characters of four bytes', '𠮷𠀋𡈽𡌛𡑮𡢽𡚴𠮟'.repeat(16)],
    ['blanks and line breaks', ' \n\t x 9 z'],
  ])('takes %s', (_, password) => {
    expect(passwordFault(password, strict)).toBeUndefined();
  });

  it.each([
    ['7 characters', 'xk2-9fQ'],
    ['7 characters of four bytes', '𠮷野家𠀋𡈽𡌛𡑮'],
    ['nothing', ''],
    ['129 characters', 'x'.repeat(129)],
    ['129 characters of four bytes', '𠮷'.repeat(129)],
    ['a megabyte', 'x'.repeat(1_000_000)],
  ])('refuses %s', (_, password) => {
    expect(passwordFault(password, lenient)).toEqual(LENGTH);
  });

  it.each(['Bob_Builder', 'bob_builder', 'BOB_BUILDER', 'Ｂｏｂ_Ｂｕｉｌｄｅｒ'])(
    'refuses the username as %s',
    (password) => {
      expect(passwordFault(password, lenient)).toEqual({ reason: 'password_is_username' });
    },
  );

  it('takes what only begins with the username', () => {
    expect(passwordFault('Bob_Builder-77', strict)).toBeUndefined();
  });

  it('refuses common ones where it is told to', () => {
    expect(passwordFault('Password123', strict)).toEqual({ reason: 'password_common' });
    expect(passwordFault('Password123', lenient)).toBeUndefined();
  });
});
