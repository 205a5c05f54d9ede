import { TurnText } from './turn-text';

function textOf(...pieces: readonly string[]): TurnText {
  const text = new TurnText();
  for (const piece of pieces) text.append(piece);
  return text;
}

describe('TurnText', () => {
  it('is read from anywhere, so much at a time', () => {
    const pieces = ['a', 'b😀', '', '😀c', 'de'];
    const whole = pieces.join('');
    for (let offset = 0; offset <= whole.length; offset++) {
      for (let most = 2; most <= whole.length; most++) {
        const text = textOf(...pieces);
        let read = '';
        while (offset + read.length < whole.length) {
          const more = text.since(offset + read.length, most);
          expect(more.length).toBeGreaterThan(0);
          expect(more.length).toBeLessThanOrEqual(most);
          expect(more.isWellFormed() || !whole.slice(offset).isWellFormed()).toBe(true);
          read += more;
        }
        expect(read).toBe(whole.slice(offset));
      }
    }
  });

  it('has nothing for whoever is ahead of it', () => {
    expect(textOf('abc').since(3, 10)).toBe('');
    expect(textOf('abc').since(4, 10)).toBe('');
    expect(textOf('abc').rest(3)).toBe('');
    expect(textOf().since(0, 10)).toBe('');
  });

  it('is the same whenever it is joined', () => {
    const pieces = ['He', 'l', '', 'lo 😀', ' wörld'];
    const whole = pieces.join('');
    for (let joinedAfter = 0; joinedAfter <= pieces.length; joinedAfter++) {
      const text = textOf(...pieces.slice(0, joinedAfter));
      expect(text.rest(text.length)).toBe('');
      expect(text.whole()).toBe(pieces.slice(0, joinedAfter).join(''));
      for (const piece of pieces.slice(joinedAfter)) text.append(piece);
      for (let offset = 0; offset <= whole.length; offset++) {
        expect(text.since(offset, 100)).toBe(whole.slice(offset));
        expect(text.rest(offset)).toBe(whole.slice(offset));
      }
      expect([text.whole(), text.length]).toEqual([whole, whole.length]);
    }
  });
});
