import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const NANOSECONDS_IN_MS = 1e6;

/** A process of its own, whose CPU time is known and which is stopped by its id. */
export class Child {
  constructor(file, args = [], options = {}) {
    this.process = fork(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], ...options });
    this.exited = once(this.process, 'exit');
  }

  /** User and system, of all its threads. */
  cpuMs() {
    const tasks = `/proc/${this.process.pid}/task`;
    const times = readdirSync(tasks).map((task) => readFileSync(join(tasks, task, 'schedstat'), 'utf8').split(' ')[0]);
    return times.reduce((sum, time) => sum + Number(time), 0) / NANOSECONDS_IN_MS;
  }

  /** The next message for which the condition holds. */
  hears(condition) {
    return new Promise((resolve, reject) => {
      const look = (message) => {
        if (!condition(message)) return;
        this.process.off('message', look);
        resolve(message);
      };
      this.process.on('message', look);
      void this.exited.then(([code, signal]) =>
        reject(new Error(`${this.process.spawnfile} ended: ${code ?? signal}`)),
      );
    });
  }

  async stop() {
    this.process.kill('SIGKILL');
    await this.exited;
  }
}
