import type { ConversationThread } from '#conversations';
import type { Message } from '../message';
import { type PromptMessage, type PromptRow, toPromptMessage } from '../messages.repository';
import type { PlacedTurn } from './placed-turn';

/** A conversation that nobody has locked, and what its active branch ends with, newest first. */
export interface Glance {
  readonly thread: ConversationThread;
  /** All of the branch, where they are fewer than `GLANCED_AT`. */
  readonly newest: readonly PromptMessage[];
}

/** For most prompts they are enough. */
export const GLANCED_AT = 50;

/** As PostgreSQL shows it, as JSON. */
export type SeenRow = ConversationThread & { readonly besides: readonly PromptRow[] | null };

export function glanceOf({ besides, ...thread }: SeenRow): Glance {
  return { thread, newest: (besides ?? []).map(toPromptMessage) };
}

/** A conversation in which nothing was said, and nothing is unusual. */
export function newGlance(userId: string, id: string, model: string): Glance {
  const thread = {
    id,
    userId,
    title: '',
    model,
    systemMessage: null,
    hasOwnKey: false,
    messageCount: 0,
    activeLeafId: null,
    nextSeq: 1,
    revision: 0,
    runningMessageId: null,
    leaseUntil: null,
  };
  return { thread, newest: [] };
}

/** How a turn that is placed at the end leaves it, but for the answer's text. */
export function glanceAfter({ thread, newest }: Glance, { userMessage, answer }: PlacedTurn): Glance {
  const said = userMessage === null ? [answer] : [answer, userMessage];
  return {
    thread: Object.assign({}, thread, {
      activeLeafId: answer.id,
      messageCount: thread.messageCount + said.length,
      nextSeq: thread.nextSeq + said.length,
      revision: thread.revision + 1,
    }),
    newest: [...said.map(promptMessage), ...newest].slice(0, GLANCED_AT),
  };
}

/** With the answer as it was stored. */
export function glanceAtEnd({ thread, newest }: Glance, answer: Message): Glance {
  return { thread, newest: [promptMessage(answer), ...newest.slice(1)] };
}

function promptMessage({ id, parentId, role, content, attachments, tokensUsed }: Message): PromptMessage {
  return { id, parentId, role, content, attachments, tokensUsed };
}
