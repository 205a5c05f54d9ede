import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';

/** What has been asked and is not answered yet. */
export class RunningRequests {
  private readonly running = new Set<ServerResponse>();

  constructor(server: Server) {
    server.on('request', (_request, response: ServerResponse) => {
      this.running.add(response);
      response.once('close', () => this.running.delete(response));
    });
  }

  /** Resolves when all that run now have ended; those that come later are not waited for. */
  async ended(): Promise<void> {
    await Promise.all([...this.running].map((response) => once(response, 'close')));
  }
}
