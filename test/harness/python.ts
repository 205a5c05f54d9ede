import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const INTERPRETERS = ['python3', '/usr/bin/python3'];

/** For clients that others wrote; the name of a skipped test says what is missing for it. */
export function withPython(...modules: readonly string[]): { it: jest.It; note: string } {
  return interpreterWith(modules) === undefined
    ? { it: it.skip, note: ` (not checked: no python3 with ${modules.join(', ')})` }
    : { it, note: '' };
}

function interpreterWith(modules: readonly string[]): string | undefined {
  return INTERPRETERS.find((interpreter) => {
    try {
      execFileSync(interpreter, ['-c', `import ${['sys', ...modules].join(', ')}`], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

/** A script that tells what it finds in lines of JSON. */
export class Python<Line extends object> implements AsyncIterable<Line> {
  private readonly lines: AsyncIterator<string>;

  private constructor(private readonly child: ChildProcess & { readonly stdout: NodeJS.ReadableStream }) {
    this.lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  }

  static run<Line extends object>(
    modules: readonly string[],
    args: readonly string[],
    path: string = '',
  ): Python<Line> {
    const env = { ...process.env, PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: '1' };
    const interpreter = interpreterWith(modules) ?? 'python3';
    const child = spawn(interpreter, args, { env, stdio: 'pipe' });
    child.stderr.pipe(process.stderr, { end: false });
    return new Python(child);
  }

  async next(): Promise<Line> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error('it tells nothing more');
    return JSON.parse(value) as Line;
  }

  /** Where it waits to be told so. */
  goOn(): void {
    this.child.stdin?.end('\n');
  }

  /** All that it has not told yet, to its end. */
  async rest(): Promise<Line[]> {
    const rest: Line[] = [];
    for await (const line of this) rest.push(line);
    return rest;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Line> {
    for (let line = await this.lines.next(); !line.done; line = await this.lines.next()) {
      yield JSON.parse(line.value) as Line;
    }
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'close');
  }
}
