/** What a JSON string may hold as it stands. */

const PLAIN = /^[^"\\\u0000-\u001f]*$/;
const PROBE = '~';
const TRIES = 3;

/**
 * An upstream says each piece of an answer in the same words: all that stands around the text of one stands around that
 * of the next. To compare it costs a tenth of parsing it.
 */
export class ContentTemplate {
  private before = '';
  private after = '';
  private tries = TRIES;

  /** The text of an event that differs from the one it was learnt of by nothing else; undefined: it has to be parsed. */
  textOf(json: string): string | undefined {
    const { before, after } = this;
    const end = json.length - after.length;
    if (before === '' || end < before.length || !json.startsWith(before) || !json.endsWith(after)) return undefined;
    const text = json.slice(before.length, end);
    if (!PLAIN.test(text)) return undefined;
    this.tries = TRIES;
    return text;
  }

  /** `json` tells nothing but `text`, which is what `contentOf` finds in it. An upstream of other words each time is let be. */
  learn(json: string, text: string, contentOf: (json: string) => unknown): void {
    if (this.tries === 0 || text === '' || !PLAIN.test(text)) return;
    this.tries -= 1;
    const start = json.indexOf(`"${text}"`) + 1;
    if (start === 0) return;
    const before = json.slice(0, start);
    const after = json.slice(start + text.length);
    // It may be the same word in another place.
    if (contentOf(before + PROBE + after) !== PROBE) return;
    this.before = before;
    this.after = after;
  }
}
