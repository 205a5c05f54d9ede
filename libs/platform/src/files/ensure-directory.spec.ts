import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDirectory } from './ensure-directory';

describe('ensureDirectory', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'ensure-directory-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  it('makes what is missing on the way, and again makes nothing', () => {
    const path = join(root, 'a', 'b', 'c');
    ensureDirectory(path, 0o700);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(() => ensureDirectory(path)).not.toThrow();
  });

  it('fails below a file', () => {
    writeFileSync(join(root, 'file'), '');
    expect(() => ensureDirectory(join(root, 'file', 'a'))).toThrow(/ENOTDIR/);
  });

  it('fails where the system lets nobody make one', () => {
    expect(() => ensureDirectory('/proc/nowhere/a')).toThrow();
  });
});
