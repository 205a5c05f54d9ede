import { Injectable } from '@nestjs/common';
import { type Actor, AppError } from '#kernel';
import { type Glance, glanceAfter, glanceOf, newGlance, RememberedGlances, type SeenRow } from '#messages';
import { oneStatement, type Part, sameText, Transaction } from '#platform';
import type { AllowedRow } from '#quota';
import type { SendCommand, TurnCommand } from '../turn/turn-command';
import type { OpenedTurn } from './opened-turn';
import { PlainTurns, type ReadyTurn } from './plain-turns';

/** `title` is null where the conversation was not as it was believed to be, and `seen` where it cannot be told at once. */
type Opening = AllowedRow & { readonly title: string | null; readonly seen: SeenRow | null };

/**
 * The short way to open a turn, on PostgreSQL: one statement that does all, if the conversation is as it is believed to
 * be and all is to be had, or nothing. It is believed to be as a turn of this process has left it, or else to be new;
 * where it is not, the statement shows how it is, and is put once more.
 */
@Injectable()
export class PlainOpening {
  constructor(
    private readonly transaction: Transaction,
    private readonly turns: PlainTurns,
    private readonly remembered: RememberedGlances,
  ) {}

  /** Undefined: nothing was done; what stands in the way, the long way tells. */
  async open(actor: Actor, command: TurnCommand): Promise<OpenedTurn | undefined> {
    if (this.transaction.engine !== 'postgres' || !isPlain(command)) return undefined;
    const { conversationId } = command;
    const believed =
      this.remembered.take(actor.userId, conversationId) ??
      newGlance(actor.userId, conversationId, this.turns.usualModel());
    const first = await this.openAt(believed, actor, command);
    if (first === undefined || 'answer' in first) return first;
    const second = await this.openAt(first, actor, command);
    return second !== undefined && 'answer' in second ? second : undefined;
  }

  /** Or how the conversation is instead. */
  private async openAt(believed: Glance, actor: Actor, command: SendCommand): Promise<OpenedTurn | Glance | undefined> {
    const ready = await this.readyAt(believed, command);
    if (ready === undefined) return undefined;
    const [row] = await this.transaction.atOnce<Opening>(openingOf(ready));
    if (row === undefined) return undefined;
    if (row.title === null) return row.seen === null ? undefined : glanceOf(row.seen);
    const admitted = ready.admission.admittedBy(row);
    if (admitted === undefined) return undefined;
    const { wishes, placed, prompt } = ready;
    const { conversationId, mayBeCached } = command;
    const { messages, tokens: promptTokens } = prompt;
    const { hasOwnKey } = believed.thread;
    return {
      actor,
      conversationId,
      userMessage: placed.userMessage,
      answer: placed.answer,
      messages,
      promptTokens,
      hasOwnKey,
      mayBeCached,
      isUntitled: row.title === '',
      left: glanceAfter(believed, placed),
      ...wishes,
      ...admitted,
    };
  }

  /** What cannot be had of a conversation that is `believed` to be so, may be had of the one that is. */
  private async readyAt(believed: Glance, command: SendCommand): Promise<ReadyTurn | undefined> {
    try {
      return await this.turns.ready(believed, command);
    } catch (error) {
      if (error instanceof AppError && error.kind === 'invalid') return undefined;
      throw error;
    }
  }
}

function openingOf({ unchanged, admission, appended, changed }: ReadyTurn): Part {
  return oneStatement([unchanged, admission.part, ...appended], {
    sql: sameText`SELECT (SELECT title FROM thread) AS title, (SELECT row_to_json(allowed) FROM allowed) AS allowed,
      (${changed.sql}) AS seen`,
    values: changed.values,
  });
}

/** Nothing but a text, said at the end of the active branch. */
function isPlain(command: TurnCommand): command is SendCommand {
  if (command.kind !== 'send' || (command.attachments ?? []).length > 0) return false;
  return command.idempotencyKey === undefined && command.parentId === undefined;
}
