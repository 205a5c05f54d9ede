const REPLACEMENT = '\ufffd';

/**
 * Makes text that every database and every client takes of what an upstream sends: no NUL, no half of a surrogate pair,
 * except that its other half comes with the next piece.
 */
export class WellFormedPieces {
  private held = '';

  next(piece: string): string {
    const text = this.held + piece;
    this.held = '';
    if (text.isWellFormed()) return withoutNul(text);
    const end = isHighSurrogate(text.charCodeAt(text.length - 1)) ? text.length - 1 : text.length;
    this.held = text.slice(end);
    return withoutNul(text.slice(0, end).toWellFormed());
  }

  rest(): string {
    const rest = this.held === '' ? '' : REPLACEMENT;
    this.held = '';
    return rest;
  }
}

function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', REPLACEMENT) : text;
}

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}
