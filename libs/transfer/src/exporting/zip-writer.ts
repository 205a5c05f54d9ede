import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** An archive whose parts are opened one after the other, each when there is room for it. */
export class ZipWriter {
  private readonly zip = new ZipFile();
  private readonly output = this.zip.outputStream as Readable;
  private current: Readable | undefined;

  constructor(private readonly at: Date) {
    this.zip.on('error', (error: Error) => this.output.destroy(error));
    // Whoever takes it may leave at any time.
    this.output.once('close', () => this.current?.destroy());
  }

  add(path: string, open: () => Readable | Promise<Readable>): void {
    this.zip.addReadStreamLazy(path, { mtime: this.at }, (ready) => {
      void Promise.resolve()
        .then(open)
        .then(
          (part) => ready(null, (this.current = part)),
          (error: unknown) => this.output.destroy(error as Error),
        );
    });
  }

  end(): Readable {
    this.zip.end();
    return this.output;
  }
}
