/** A text that grows at its end, and is read from anywhere. */
export class TurnText {
  private pieces: string[] = [];
  private units = 0;

  /** In UTF-16 units. */
  get length(): number {
    return this.units;
  }

  append(piece: string): void {
    this.pieces.push(piece);
    this.units += piece.length;
  }

  /** At most so many units, and no half of a character that is there as a whole. Whoever keeps up gets the last piece as it came. */
  since(offset: number, most: number): string {
    let from = this.units;
    let index = this.pieces.length;
    while (from > offset && index > 0) from -= this.pieces[--index]?.length ?? 0;
    const first = this.pieces[index] ?? '';
    let text = offset > from ? first.slice(offset - from) : first;
    while (text.length < most && ++index < this.pieces.length) text += this.pieces[index];
    return text.length > most ? text.slice(0, endsInside(text, most) ? most - 1 : most) : text;
  }

  whole(): string {
    const text = this.pieces.join('');
    this.pieces = text === '' ? [] : [text];
    return text;
  }
}

function endsInside(text: string, length: number): boolean {
  return (text.codePointAt(length - 1) ?? 0) > 0xffff;
}
