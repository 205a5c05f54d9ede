/** An event from the server, its type beside the rest of it, whichever protocol it came by. */
export interface SocketEvent {
  readonly type: string;
  readonly timestamp: string;
  readonly conversation_id: string;
  readonly message_id: string;
  readonly user_message_id: string;
  readonly client_id?: string;
  readonly content: string;
  readonly offset: number;
  readonly status: string;
  readonly finish_reason: string | null;
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number; readonly total_tokens: number };
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details?: Readonly<Record<string, unknown>>;
  };
  readonly message: { readonly id: string; readonly content: string; readonly status: string; readonly role: string };
  readonly conversation: { readonly id: string; readonly title: string };
  readonly quota: { readonly usage_today: { readonly requests: number } };
  readonly expires_at: string;
}

/** What a socket was told, in order; each event is taken once. */
export class EventInbox {
  /** All so far, taken or not. */
  readonly events: SocketEvent[] = [];
  private unread: SocketEvent[] = [];
  private onEvent: () => void = () => undefined;
  private isOver = false;

  push(event: SocketEvent): void {
    this.events.push(event);
    this.unread.push(event);
    this.onEvent();
  }

  /** Nothing more will come. */
  end(): void {
    this.isOver = true;
    this.onEvent();
  }

  /** The next of these types, of any without one; those before it are gone. Rejects when the connection ends first. */
  async next(...types: readonly string[]): Promise<SocketEvent> {
    for (;;) {
      const event = this.unread.shift();
      if (event !== undefined && (types.length === 0 || types.includes(event.type))) return event;
      if (event !== undefined) continue;
      if (this.isOver) throw new Error(`closed before there was ${types.join(' or ') || 'an event'}`);
      await new Promise<void>((resolve) => (this.onEvent = resolve));
    }
  }

  /** The text of an answer, read from its first piece here to its end. */
  async answer(from = 0): Promise<{ text: string; end: SocketEvent; pieces: readonly SocketEvent[] }> {
    const pieces: SocketEvent[] = [];
    let offset = from;
    for (;;) {
      const event = await this.next('message_content', 'message_end', 'error');
      if (event.type !== 'message_content') {
        return { text: pieces.map(({ content }) => content).join(''), end: event, pieces };
      }
      if (event.offset !== offset) throw new Error(`a piece at ${event.offset} where ${offset} was due`);
      offset += event.content.length;
      pieces.push(event);
    }
  }
}
