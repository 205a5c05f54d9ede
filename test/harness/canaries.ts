import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Secrets that a test has put somewhere, each with what it is, to be looked for where they must not be. */
export class Canaries {
  private readonly secrets = new Map<string, string>();

  add(what: string, secret: string): void {
    this.secrets.set(what, secret);
  }

  /** What they are that the text tells, as they were or as they are written in addresses, in JSON or in base64. */
  in(text: string): string[] {
    return [...this.secrets].filter(([, secret]) => spellings(secret).some((each) => text.includes(each))).map(nameOf);
  }

  /** The same for all files in a folder, with their paths. */
  async inFolder(folder: string): Promise<string[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    const found = files.map(async (file) =>
      this.in(await readFile(file, 'latin1')).map((what) => `${what} in ${file.slice(folder.length + 1)}`),
    );
    return (await Promise.all(found)).flat();
  }
}

function nameOf([what]: readonly [string, string]): string {
  return what;
}

function spellings(secret: string): string[] {
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), bytesIn(secret)];
}

/** The part of its base64 that does not depend on what stands before and after. */
function bytesIn(secret: string): string {
  return Buffer.from(secret).toString('base64').slice(0, -4);
}
