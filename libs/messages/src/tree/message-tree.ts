import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  type ConversationThread,
  ConversationThreads,
  type MessageRole,
  type ThreadChange,
  type TurnClaim,
} from '#conversations';
import { AppError, Clock } from '#kernel';
import { type Db, type Part, together, type Tx } from '#platform';
import type { Message } from '../message';
import { type EditedText, MessagesRepository, type PromptMessage } from '../messages.repository';
import { ThreadSummary } from '../thread-summary';
import { newestAtOrBelow, type Node, turningTo } from './branch';
import { GLANCED_AT } from './glance';
import {
  batchesOf,
  below,
  type CopiedText,
  copyAt,
  emptyAnswerAt,
  type NewText,
  type Place,
  writtenAt,
} from './new-message';
import type { PlacedTurn } from './placed-turn';
import { TreeRepository } from './tree.repository';

export interface NewTurn extends NewText {
  readonly model: string;
}

/**
 * The messages of a conversation are a tree; one branch of it, from a beginning to a leaf, is active. All that changes
 * the tree wants the conversation as `ConversationThreads.lockOwned` answers it, anew for each change.
 */
@Injectable()
export class MessageTree {
  constructor(
    private readonly threads: ConversationThreads,
    private readonly messages: MessagesRepository,
    private readonly tree: TreeRepository,
    private readonly summary: ThreadSummary,
    private readonly clock: Clock,
  ) {}

  /** What is said in `turn`, and the answer to it. */
  async placeTurn(tx: Tx, thread: ConversationThread, turn: NewTurn): Promise<PlacedTurn> {
    return turnAt(await this.placeBelow(tx, thread, turn.parentId), turn);
  }

  /** As `placeTurn` does where the active branch ends: nothing is asked of the database. */
  placeAtEnd(thread: ConversationThread, turn: Omit<NewTurn, 'parentId'>): PlacedTurn {
    return turnAt(this.placeAt(thread, thread.activeLeafId, thread.messageCount), turn);
  }

  /** `thread`, locked, if a turn that begins in it would find it as it is believed to be, and no other runs. */
  unchangedPart(thread: ConversationThread): Part {
    return this.threads.unchangedPart(thread);
  }

  /** Where there is no `thread`: the `SeenRow` of what is there instead. */
  changedPart({ userId, id }: ConversationThread): Part {
    return this.threads.changedPart(userId, id, this.messages.newestPart(id, GLANCED_AT));
  }

  /** As `append`, of `thread`, if `allowed`. */
  appendParts(thread: ConversationThread, placed: PlacedTurn, claim: TurnClaim): Part[] {
    const messages = messagesOf(placed);
    return [
      this.threads.beginPart(placed.answer.id, claim, changeOf(placed.place, messages)),
      ...this.messages.insertParts(thread.userId, messages),
    ];
  }

  /** Another answer to what `answerId` answers. */
  async placeSibling(tx: Tx, thread: ConversationThread, answerId: string, model: string): Promise<PlacedTurn> {
    const { parentId } = await this.one(tx, thread, answerId, 'assistant');
    // What it answered was deleted.
    if (parentId === null) throw notOfThisKind();
    const place = await this.placeBelow(tx, thread, parentId);
    return { userMessage: null, answer: emptyAnswerAt(place, model), place };
  }

  /** A question put otherwise, with what it came with, and its answer; the old one stays, beside it. */
  async placeAfterEdit(
    tx: Tx,
    thread: ConversationThread,
    questionId: string,
    turn: Omit<NewTurn, 'parentId' | 'attached'>,
  ): Promise<PlacedTurn> {
    const { parentId, type, attachments } = await this.one(tx, thread, questionId, 'user');
    return this.placeTurn(tx, thread, { ...turn, parentId, attached: { type, attachments } });
  }

  /** The answer is being written from now on, by whoever claims it. */
  async append(tx: Tx, thread: ConversationThread, placed: PlacedTurn, claim: TurnClaim): Promise<void> {
    const messages = messagesOf(placed);
    await together(
      this.threads.beginTurn(tx, thread, placed.answer.id, claim, changeOf(placed.place, messages)),
      this.messages.insert(tx, thread.userId, messages),
    );
  }

  /** A whole tree that grew elsewhere, into a conversation that has nothing else. */
  async plant(tx: Tx, userId: string, messages: Iterable<Message>): Promise<void> {
    for (const some of batchesOf(messages)) {
      await this.messages.insert(tx, userId, some);
      // SQLite inserts while nobody else is served.
      await setImmediate();
    }
  }

  /** What the model is told, and does not answer. */
  async appendSystemMessage(tx: Tx, thread: ConversationThread, text: NewText): Promise<Message> {
    const place = await this.placeBelow(tx, thread, text.parentId);
    const systemMessage = writtenAt(place, 'system', text);
    await together(
      this.threads.touch(tx, thread.id, changeOf(place, [systemMessage])),
      this.messages.insert(tx, thread.userId, [systemMessage]),
    );
    return systemMessage;
  }

  /** What was said elsewhere, at the end of the active branch. */
  async appendCopies(tx: Tx, thread: ConversationThread, texts: readonly CopiedText[]): Promise<void> {
    if (texts.length === 0) return;
    const begin = await this.placeBelow(tx, thread);
    let place = begin;
    const messages = texts.map((text) => {
      const message = copyAt(place, text);
      place = below(message, place);
      return message;
    });
    await this.threads.touch(tx, thread.id, changeOf(begin, messages));
    for (const some of batchesOf(messages)) await this.messages.insert(tx, thread.userId, some);
  }

  async edit(tx: Tx, thread: ConversationThread, id: string, text: EditedText): Promise<void> {
    await this.messages.edit(tx, id, text, this.clock.date());
    await this.summary.renew(tx, thread);
  }

  /** The branch goes through the message and on to the newest below it. */
  async activate(tx: Tx, thread: ConversationThread, id: string): Promise<void> {
    await this.endBranchBelow(tx, thread, id, await this.tree.nodesFrom(tx, thread.id, 0));
  }

  /** Its children take its parent. Where the active branch ended in it, it goes on to the newest below its parent. */
  async delete(tx: Tx, thread: ConversationThread, message: Node): Promise<void> {
    await this.tree.delete(tx, thread.id, message);
    const left = { ...thread, messageCount: thread.messageCount - (message.isActive ? 1 : 0) };
    if (message.id !== thread.activeLeafId) return this.summary.renew(tx, left);
    const parent = message.parentId === null ? undefined : await this.tree.node(tx, thread.id, message.parentId);
    const nodes = await this.tree.nodesFrom(tx, thread.id, parent?.seq ?? 0);
    await this.endBranchBelow(tx, left, message.parentId, nodes);
  }

  /** The newest messages of the active branch, newest first. */
  newest(db: Db, conversationId: string, limit: number): Promise<readonly PromptMessage[]> {
    return this.messages.newestForPrompt(db, conversationId, limit);
  }

  /**
   * The newest messages of the active branch, newest first, beginning with `id`. Where there is room for more than
   * `limit`, they go on from the `parentId` of the last.
   */
  recentForPrompt(db: Db, conversationId: string, id: string, limit: number): Promise<readonly PromptMessage[]> {
    return this.messages.recentForPrompt(db, conversationId, id, limit);
  }

  private async one(tx: Tx, thread: ConversationThread, id: string, role: MessageRole): Promise<Message> {
    const message = await this.messages.findOwned(tx, thread.userId, id);
    if (message?.conversationId !== thread.id) throw new AppError('not_found');
    if (message.role !== role) throw notOfThisKind();
    return message;
  }

  /** The branch that ends in the parent is the active one then. */
  private async placeBelow(
    tx: Tx,
    thread: ConversationThread,
    parentId: string | null = thread.activeLeafId,
  ): Promise<Place> {
    const depth = parentId === thread.activeLeafId ? thread.messageCount : await this.endBranchIn(tx, thread, parentId);
    return this.placeAt(thread, parentId, depth);
  }

  private placeAt({ id, nextSeq }: ConversationThread, parentId: string | null, depth: number): Place {
    return { conversationId: id, parentId, seq: nextSeq, depth, at: this.clock.date() };
  }

  private async endBranchIn(tx: Tx, thread: ConversationThread, id: string | null): Promise<number> {
    if (id === null) return this.turnTo(tx, thread, [], undefined);
    const node = await this.tree.node(tx, thread.id, id);
    if (node === undefined) throw AppError.invalid({ field: 'parent_id', reason: 'invalid' });
    return this.turnTo(tx, thread, node.isActive ? [node] : await this.tree.nodesFrom(tx, thread.id, 0), node);
  }

  private async endBranchBelow(
    tx: Tx,
    thread: ConversationThread,
    id: string | null,
    nodes: readonly Node[],
  ): Promise<void> {
    const leaf = newestAtOrBelow(nodes, id);
    const messageCount = await this.turnTo(tx, thread, nodes, leaf);
    await this.summary.renew(tx, { ...thread, messageCount, activeLeafId: leaf?.id ?? null });
  }

  /** How many messages are active then. */
  private async turnTo(
    tx: Tx,
    thread: ConversationThread,
    nodes: readonly Node[],
    leaf: Node | undefined,
  ): Promise<number> {
    const { fork, joining } = turningTo(nodes, leaf);
    const leaving = await this.tree.deactivateAfter(tx, thread.id, fork?.seq ?? 0);
    await this.tree.activate(tx, joining);
    return thread.messageCount - leaving + joining.length;
  }
}

function turnAt(place: Place, turn: NewTurn): PlacedTurn {
  const userMessage = writtenAt(place, 'user', turn);
  return { userMessage, answer: emptyAnswerAt(below(userMessage, place), turn.model), place };
}

function messagesOf({ userMessage, answer }: PlacedTurn): readonly Message[] {
  return userMessage === null ? [answer] : [userMessage, answer];
}

function changeOf({ parentId, depth, seq, at }: Place, messages: readonly Message[]): ThreadChange {
  const last = messages.at(-1);
  return {
    activeLeafId: last?.id ?? parentId,
    messageCount: depth + messages.length,
    lastMessage: last ?? null,
    nextSeq: seq + messages.length,
    updatedAt: at,
  };
}

function notOfThisKind(): AppError {
  return AppError.invalid({ field: 'message_id', reason: 'invalid' });
}
