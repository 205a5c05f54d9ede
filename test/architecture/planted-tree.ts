import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export const repository = resolve(__dirname, '../..');

/** Path to source text. */
export type Sources = Readonly<Record<string, string>>;

/** A small tree of sources in a folder of its own, with this repository's settings and packages. */
export async function plantTree(sources: Sources): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'planted-')));
  for (const settings of ['package.json', 'tsconfig.json']) await cp(join(repository, settings), join(root, settings));
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'));
  for (const [path, source] of Object.entries(sources)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), source);
  }
  return root;
}

export async function uproot(root: string): Promise<void> {
  await rm(root, { recursive: true, force: true });
}

/** Runs a tool of ours in `root` and reads the JSON it prints; tools that find something also exit with a failure. */
export async function runForJson<T>(root: string, tool: string, args: readonly string[]): Promise<T> {
  const script = join(repository, 'node_modules', tool);
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((done) => {
    execFile(process.execPath, [script, ...args], { cwd: root, maxBuffer: 64 << 20 }, (_failed, stdout, stderr) =>
      done({ stdout, stderr }),
    );
  });
  if (!/^[[{]/.test(stdout)) throw new Error(`${tool} printed no JSON: ${stdout}${stderr}`);
  return JSON.parse(stdout) as T;
}
