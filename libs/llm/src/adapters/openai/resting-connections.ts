import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Many servers close a connection that has rested for 5 s, without having said so. */
const UNSAID_REST_MS = 4_000;
/** A server's clock runs from before we hear of it. */
const SOONER_MS = 1_000;
const SHORTEST_REST_MS = 1;
const LONGEST_REST_MS = 60_000;

/**
 * Ends connections before their servers do, so that no call goes into one that is just being closed. The agent's own limit
 * would run while they work as well, and be set anew with each piece that comes.
 */
export class RestingConnections {
  private readonly restMs = new WeakMap<Socket, number>();

  endIn(agent: Agent): void {
    const keep: (socket: Socket) => unknown = agent.keepSocketAlive.bind(agent);
    const reuse = agent.reuseSocket.bind(agent);
    const end = function (this: Socket): void {
      this.destroy();
    };
    Object.assign(agent, {
      keepSocketAlive: (socket: Socket) => {
        const isKept = keep(socket);
        if (isKept === true) socket.setTimeout(this.restMs.get(socket) ?? UNSAID_REST_MS, end);
        return isKept;
      },
      reuseSocket: (socket: Socket, request: ClientRequest) => {
        socket.setTimeout(0, end);
        reuse(socket, request);
      },
    });
  }

  /** Of what a server says with its answer. */
  hear({ headers, socket }: IncomingMessage): void {
    const [, seconds] = /\btimeout=(\d{1,6})/.exec(String(headers['keep-alive'])) ?? [];
    if (seconds === undefined) return;
    const restMs = Number(seconds) * 1000 - SOONER_MS;
    this.restMs.set(socket, Math.min(Math.max(restMs, SHORTEST_REST_MS), LONGEST_REST_MS));
  }
}
