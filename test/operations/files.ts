import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const root = join(__dirname, '../..');

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** What the server reads, with what .env.example shows. */
export const variables: Readonly<Record<string, string>> = Object.fromEntries(
  [...textOf('.env.example').matchAll(/^#(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
);

/** For checks by a program that only some machines have; the name of a skipped test says which one is missing. */
export function withTool(...tools: readonly string[]): { it: jest.It; note: string } {
  const missing = tools.filter((tool) => !has(tool));
  if (missing.length === 0) return { it, note: '' };
  return { it: it.skip, note: ` (not checked: ${missing.join(' and ')} not found)` };
}

function has(tool: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
  return folders.some((folder) => existsSync(join(folder, tool)));
}

/** What the tool says, both streams; rejects with it where the tool fails. */
export async function run(
  command: string,
  args: readonly string[],
  { cwd = root, env }: { cwd?: string; env?: object } = {},
): Promise<string> {
  const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin`;
  const options = { cwd, timeout: 25_000, maxBuffer: 2 ** 24, env: { ...process.env, PATH, ...env } };
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, options);
    return stdout + stderr;
  } catch (error) {
    const { message, stdout, stderr } = error as Error & { stdout: string; stderr: string };
    throw new Error(`${message}\n${stdout}\n${stderr}`, { cause: error });
  }
}
