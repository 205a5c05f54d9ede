import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of package.json: two levels apart for sources and for the build. */
function projectRoot(from: string): string {
  return existsSync(join(from, 'package.json')) ? from : projectRoot(dirname(from));
}

const { version } = JSON.parse(readFileSync(join(projectRoot(__dirname), 'package.json'), 'utf8')) as {
  version: string;
};

export const product = { name: 'ChatGPT Backend', version } as const;
