import { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Node's own, and not what its types tell. */
interface Sending {
  readonly outputData: readonly unknown[];
  readonly _headerSent: boolean;
}

/**
 * Writes the body of an answer piece by piece. Of a piece of a chunked body node makes four writes, which it holds
 * until the end of the tick; once the head is gone, each piece is put to the socket as one.
 */
export class BodyPieces {
  private socket: Socket | undefined;

  /** `onDrain`: after a `write` that answered false, when there is room again. */
  constructor(
    private readonly response: ServerResponse,
    private readonly onDrain: () => void,
  ) {
    response.on('drain', onDrain);
    response.once('close', () => this.socket?.off('drain', onDrain));
  }

  write(text: string): boolean {
    const { socket } = this;
    if (socket === undefined) return this.begin(text);
    return socket.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
  }

  /** Until the head is gone, and for clients that know no chunks. The compressor's `write` would look at each piece. */
  private begin(text: string): boolean {
    const { response } = this;
    const { outputData, _headerSent: hasHead } = response as unknown as Sending;
    if (hasHead && outputData.length === 0 && response.chunkedEncoding && response.socket !== null) {
      this.socket = response.socket;
      this.socket.on('drain', this.onDrain);
      return this.write(text);
    }
    return ServerResponse.prototype.write.call(response, text, 'utf8');
  }
}
