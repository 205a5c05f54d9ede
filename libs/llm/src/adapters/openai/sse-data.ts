import { StringDecoder } from 'node:string_decoder';

/** Longer events are nothing that a model says. */
const LONGEST_EVENT = 1024 * 1024;

/** Finds the data of server-sent events in bytes that may be split anywhere; comments and other fields are left out. */
export class SseData {
  private readonly decoder = new StringDecoder('utf8');
  private hasBegun = false;
  private endsInReturn = false;
  /** The beginning of a line whose end has not come. */
  private unfinished = '';
  /** Of the event whose end, a blank line, has not come. */
  private data: string | undefined;

  /** `skim` takes events of what was read itself, from one's beginning on, and answers where it let be. */
  constructor(
    private readonly take: (data: string) => void,
    private readonly skim: (read: string, from: number) => number = (_read, from) => from,
  ) {}

  /** False: this is no event stream that anyone should go on reading. */
  read(bytes: Buffer): boolean {
    const text = this.withPlainLineEnds(this.decoder.write(bytes));
    let from = this.skimmed(text, 0);
    for (let end = text.indexOf('\n', from); end !== -1; end = text.indexOf('\n', from)) {
      this.takeLine(this.unfinished + text.slice(from, end));
      this.unfinished = '';
      from = this.skimmed(text, end + 1);
    }
    this.unfinished += text.slice(from);
    return this.unfinished.length + (this.data?.length ?? 0) <= LONGEST_EVENT;
  }

  private skimmed(text: string, from: number): number {
    return this.unfinished === '' && this.data === undefined ? this.skim(text, from) : from;
  }

  /** Lines may end in LF, CR LF or CR alone. */
  private withPlainLineEnds(text: string): string {
    let plain = text;
    if (!this.hasBegun && text !== '') {
      this.hasBegun = true;
      if (text.startsWith('\ufeff')) plain = text.slice(1);
    }
    if (this.endsInReturn && plain !== '') {
      this.endsInReturn = false;
      if (plain.startsWith('\n')) plain = plain.slice(1);
    }
    if (!plain.includes('\r')) return plain;
    this.endsInReturn = plain.endsWith('\r');
    return plain.replace(/\r\n?/g, '\n');
  }

  private takeLine(line: string): void {
    if (line === '') {
      const { data } = this;
      this.data = undefined;
      if (data !== undefined) this.take(data);
    } else if (line.startsWith('data:')) {
      const value = line.slice(line.startsWith(' ', 5) ? 6 : 5);
      this.data = this.data === undefined ? value : `${this.data}\n${value}`;
    }
  }
}
