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
    const place = this.placeOf(offset);
    let { index } = place;
    const first = this.pieces[index] ?? '';
    let text = offset > place.from ? first.slice(offset - place.from) : first;
    while (text.length < most && ++index < this.pieces.length) text += this.pieces[index];
    return text.length > most ? text.slice(0, endsInside(text, most) ? most - 1 : most) : text;
  }

  /** All from here on; from now on it is one piece. */
  rest(offset: number): string {
    const { index, from } = this.placeOf(offset);
    const text = this.pieces.splice(index).join('');
    if (text !== '') this.pieces.push(text);
    return text.slice(offset - from);
  }

  whole(): string {
    const text = this.pieces.join('');
    this.pieces = text === '' ? [] : [text];
    return text;
  }

  /** The piece that holds it, and where that begins; from its end on, since who reads is seldom far behind. */
  private placeOf(offset: number): { readonly index: number; readonly from: number } {
    let from = this.units;
    let index = this.pieces.length;
    while (from > offset && index > 0) from -= this.pieces[--index]?.length ?? 0;
    return { index, from };
  }
}

function endsInside(text: string, length: number): boolean {
  return (text.codePointAt(length - 1) ?? 0) > 0xffff;
}
