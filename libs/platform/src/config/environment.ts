import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv, TextDecoder } from 'node:util';
import { ConfigurationError } from './faults';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's environment, over what `.env` in the directory says. */
export function readEnvironment(directory = process.cwd()): Environment {
  return { ...readEnvFile(join(directory, '.env')), ...process.env };
}

function readEnvFile(file: string): Environment {
  try {
    return parseEnv(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOENT') return {};
    throw new ConfigurationError([{ variable: '.env', issue: `cannot be read as UTF-8 text (${code})` }]);
  }
}
