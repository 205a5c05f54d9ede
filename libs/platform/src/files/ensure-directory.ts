import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Node's own recursive mkdir never returns where no directory can be made, such as under /proc. */
export function ensureDirectory(path: string, mode?: number): void {
  if (existsSync(path)) return;
  ensureDirectory(dirname(path), mode);
  try {
    mkdirSync(path, mode);
  } catch (error) {
    // Another process may have been quicker.
    if (!existsSync(path)) throw error;
  }
}
