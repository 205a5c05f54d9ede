import { setTimeout } from 'node:timers/promises';
import type { Answer, Reply, Step, Style } from './upstream-reply';

/**
 * `says('Hel', gate, 'lo', { usage })`: pieces of text, and what happens between them.
 * The headers leave with the first piece, so a step before it happens before the headers.
 */
export function says(...script: readonly (string | Step)[] | readonly [...(string | Step)[], Style]): Answer {
  const steps: Step[] = [];
  let style: Style = {};
  for (const said of script) {
    if (typeof said === 'string') steps.push(step((reply) => reply.say(said)));
    else if ('run' in said) steps.push(said);
    else style = said;
  }
  return { steps: [...steps, step((reply) => reply.end())], style };
}

interface Failure {
  readonly retryAfter?: number | Date;
  readonly message?: string;
  readonly code?: string;
  /** In place of OpenAI's JSON, as a proxy in between would answer. */
  readonly html?: string;
}

export function fails(status: number, { retryAfter, message, code, html }: Failure = {}): Answer {
  const headers = {
    'content-type': html === undefined ? 'application/json' : 'text/html',
    ...(retryAfter !== undefined && {
      'retry-after': retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter),
    }),
  };
  const error = {
    message: message ?? `scripted failure ${status}`,
    type: status >= 500 ? 'server_error' : 'invalid_request_error',
    param: null,
    code: code ?? null,
  };
  return responds(status, headers, html ?? JSON.stringify({ error }));
}

export function redirects(location: string): Answer {
  return responds(302, { location }, '');
}

export function lists(...models: readonly string[]): Answer {
  const data = models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'upstream' }));
  return responds(200, { 'content-type': 'application/json' }, JSON.stringify({ object: 'list', data }));
}

/** `after(gate, fails(503))` */
export function after(first: Step, answer: Answer): Answer {
  return { ...answer, steps: [first, ...answer.steps] };
}

/** Whoever comes to it waits until it is opened; then it stays open. */
export class Gate implements Step {
  open: () => void = () => undefined;
  private readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });

  run({ wire }: Reply): Promise<void> {
    return wire.waitFor(this.opened);
  }
}

/** For tests whose subject is time itself; all others use a gate. */
export function pause(milliseconds: number): Step {
  return step(({ wire }) => wire.waitFor(setTimeout(milliseconds, undefined, { ref: false })));
}

/** Silence until the client leaves or the upstream closes. */
export function stall(): Step {
  return step(({ wire }) => wire.waitFor(wire.ended));
}

/** The headers now, ahead of the first piece. */
export function headers(): Step {
  return step(({ wire }) => wire.sendHead());
}

/** The finish_reason and the usage now, so that a cut can come after them and before `[DONE]`. */
export function finish(): Step {
  return step((reply) => reply.finish());
}

/** Bytes as they are: comments, lines that are not JSON, errors inside a stream. */
export function raw(bytes: string | Uint8Array): Step {
  return step(({ wire }) => wire.send(bytes));
}

/** The beginning of a piece, up to the middle of its last character, or of its line where that is one byte. */
export function torn(piece: string): Step {
  return step((reply) => reply.tear(piece));
}

export function callsTool(name: string, ...argumentPieces: readonly string[]): Step {
  return step((reply) => reply.callTool(name, argumentPieces));
}

/** The socket is closed or reset, or the body ends as if all were well. */
export function cut(how: 'closed' | 'reset' | 'cleanly' = 'closed'): Step {
  return step(({ wire }) => wire.cut(how));
}

function responds(status: number, headers: Readonly<Record<string, string>>, body: string): Answer {
  return { steps: [step(({ wire }) => wire.respond(status, headers, body))] };
}

function step(run: Step['run']): Step {
  return { run };
}
