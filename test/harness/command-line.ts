import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(__dirname, '../..');

interface Ended {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/** The built command line as an operator uses it, in that folder and on that database. */
export function commandLine(directory: string, databaseUrl: string) {
  return async (words: readonly string[], input = ''): Promise<Ended> => {
    const child = spawn(process.execPath, [join(root, 'dist/apps/cli/src/main.js'), ...words], {
      cwd: directory,
      env: {
        PATH: process.env['PATH'] ?? '',
        DATABASE_URL: databaseUrl,
        MODELS_FILE: join(root, 'config/models.json'),
      },
    });
    child.stdin.end(input);
    const [output, errors, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number]>,
    ]);
    return { status, output, errors };
  };
}
