import fc from 'fast-check';
import { beginningOf } from './beginning-of';

it('counts characters as people do, and cuts none in two', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), fc.nat(50), (text, length) => {
      const beginning = beginningOf(text, length);
      expect(text.startsWith(beginning)).toBe(true);
      expect(Array.from(beginning)).toHaveLength(Math.min(length, Array.from(text).length));
    }),
  );
});
