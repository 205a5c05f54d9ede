import { accessSync, constants, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where Linux keeps groups of processes, in its older and its newer way, and how each calls a limit of their memory. */
const WAYS = [
  { root: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes' },
  { root: '/sys/fs/cgroup', limit: 'memory.max' },
];

/**
 * A group of processes that the kernel gives no more memory than so much, caches included, and ends where they need more.
 * Undefined: this machine does not let us.
 */
export function memoryLimit(bytes) {
  for (const { root, limit } of WAYS) {
    const group = join(root, `chatgpt-backend-bench-${process.pid}-${bytes}`);
    try {
      accessSync(root, constants.W_OK);
      mkdirSync(group);
      writeFileSync(join(group, limit), String(bytes));
      return new MemoryLimit(group);
    } catch {
      // Another way may do.
    }
  }
  return undefined;
}

class MemoryLimit {
  constructor(group) {
    this.group = group;
  }

  /** For a fork that is in the group from its beginning. */
  get wrapping() {
    const enter = `echo $$ > '${join(this.group, 'cgroup.procs')}' && exec "$@"`;
    return { execPath: '/bin/sh', before: ['-c', enter, 'sh', process.execPath] };
  }

  /** Once its processes have ended. */
  close() {
    if (readFileSync(join(this.group, 'cgroup.procs'), 'utf8') === '') rmdirSync(this.group);
  }
}
