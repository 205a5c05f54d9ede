import type { Request, Response } from 'express';

interface Pace {
  readonly silenceMs: number;
  /** On the average, since it began; a slow beginning is forgiven for so long. */
  readonly bytesPerSecond: number;
  readonly graceMs: number;
  readonly lookEveryMs: number;
}

/** What a telephone at the edge of its net manages; a GB at that rate is a day. */
const PACE: Pace = { silenceMs: 120_000, bytesPerSecond: 12_000, graceMs: 120_000, lookEveryMs: 10_000 };

/** Cuts off who sends nothing, or next to nothing: until a body has come, it holds a connection and a file. */
export function keepPace(request: Request, response: Response, pace = PACE): void {
  const { socket } = request;
  const [bytesBefore, begunAt] = [socket.bytesRead, performance.now()];
  const cut = (): void => void response.destroy();
  const look = setInterval(() => {
    const seconds = (performance.now() - begunAt - pace.graceMs) / 1_000;
    if (socket.bytesRead - bytesBefore < seconds * pace.bytesPerSecond) cut();
  }, pace.lookEveryMs);
  request.setTimeout(pace.silenceMs, cut);
  // From then on it is the sender who waits.
  const over = (): void => {
    clearInterval(look);
    socket.setTimeout(0);
  };
  request.once('end', over);
  request.once('close', over);
}
