import { Injectable } from '@nestjs/common';
import type { ConversationThread } from '#conversations';
import type { Actor } from '#kernel';
import { IdempotencyKeys, type Message, Messages, MessageTree, type PlacedTurn, type SentTurn } from '#messages';
import { together, type Tx } from '#platform';
import { TurnLeases } from '../lease/turn-leases';
import type { NoteCommand, SendCommand, TurnCommand } from '../turn/turn-command';
import { bodyHashOf } from './body-hash';
import { SaidText } from './said-text';

/** Where in its conversation a turn takes place, and whether it did before. */
@Injectable()
export class TurnPlacement {
  constructor(
    private readonly messages: Messages,
    private readonly tree: MessageTree,
    private readonly keys: IdempotencyKeys,
    private readonly said: SaidText,
    private readonly leases: TurnLeases,
  ) {}

  async conversationOf(actor: Actor, command: TurnCommand): Promise<string> {
    if (command.kind === 'send') return command.conversationId;
    return (await this.messages.find(actor, command.messageId)).conversationId;
  }

  /** For whoever appends to it. */
  lock(tx: Tx, { userId }: Actor, conversationId: string): Promise<ConversationThread> {
    return this.leases.lock(tx, userId, conversationId);
  }

  /** What came of the same under the same key. */
  async earlier(tx: Tx, { userId }: Actor, command: TurnCommand | NoteCommand): Promise<SentTurn | undefined> {
    if (!isKeyed(command)) return undefined;
    return this.keys.find(tx, { userId, key: command.idempotencyKey, bodyHash: bodyHashOf(command) });
  }

  async place(tx: Tx, thread: ConversationThread, command: TurnCommand, model: string): Promise<PlacedTurn> {
    if (command.kind === 'regenerate') return this.tree.placeSibling(tx, thread, command.messageId, model);
    const text = { model, ...(await this.said.of(tx, thread, command)) };
    return command.kind === 'rephrase'
      ? this.tree.placeAfterEdit(tx, thread, command.messageId, text)
      : this.tree.placeTurn(tx, thread, { parentId: command.parentId, ...text });
  }

  /** A plain send to the end of the active branch. */
  async placeAtEnd(thread: ConversationThread, command: SendCommand, model: string): Promise<PlacedTurn> {
    return this.tree.placeAtEnd(thread, { model, ...(await this.said.plain(command)) });
  }

  async append(tx: Tx, thread: ConversationThread, command: TurnCommand, placed: PlacedTurn): Promise<void> {
    const { answer } = placed;
    const ids = { userMessageId: answer.parentId ?? '', messageId: answer.id };
    await together(this.tree.append(tx, thread, placed, this.leases.claim()), this.claim(tx, thread, command, ids));
  }

  /** As `append`: the first locks the thread, the others are for who is allowed; and what there is in its place. */
  appendParts(thread: ConversationThread, placed: PlacedTurn) {
    const { tree } = this;
    const appended = tree.appendParts(thread, placed, this.leases.claim());
    return { unchanged: tree.unchangedPart(thread), appended, changed: tree.changedPart(thread) };
  }

  async appendNote(tx: Tx, thread: ConversationThread, command: NoteCommand): Promise<Message> {
    const text = { parentId: command.parentId, ...(await this.said.of(tx, thread, command)) };
    const note = await this.tree.appendSystemMessage(tx, thread, text);
    await this.claim(tx, thread, command, { userMessageId: note.id, messageId: null });
    return note;
  }

  private async claim(
    tx: Tx,
    { userId, id: conversationId }: ConversationThread,
    command: TurnCommand | NoteCommand,
    ids: Pick<SentTurn, 'userMessageId' | 'messageId'>,
  ): Promise<void> {
    if (!isKeyed(command)) return;
    const { idempotencyKey: key } = command;
    await this.keys.claim(tx, { userId, key, bodyHash: bodyHashOf(command), conversationId, ...ids });
  }
}

type Keyed = (TurnCommand | NoteCommand) & { readonly idempotencyKey: string };

function isKeyed(command: TurnCommand | NoteCommand): command is Keyed {
  return command.idempotencyKey !== undefined;
}
