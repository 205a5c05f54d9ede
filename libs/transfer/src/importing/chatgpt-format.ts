import { messageRoles } from '#conversations';
import { chatGptAttachments, isPicture } from './chatgpt-files';
import { type Draft, type DraftMessage, Skip } from './draft';
import { listIn, type Loose, looseIn, shortTextIn, textIn, timeIn } from './loose';

/**
 * A conversation of a ChatGPT data export: a mapping of nodes, each with its parent, of which some have no message or one
 * that people never saw. Those are left out, and what is below them goes below the next one above.
 */
export function draftOfChatGpt(conversation: Loose): Draft {
  const title = shortTextIn(conversation['title'], 200) ?? '';
  const nodes = nodesIn(looseIn(conversation['mapping']) ?? {});
  const kept = new Map([...nodes].flatMap(([key, { message }]) => (message === undefined ? [] : [[key, message]])));
  if (kept.size === 0) throw new Skip('no_messages', title);
  const nearest = nearestKept(nodes);
  return {
    key: textIn(conversation['conversation_id']) ?? textIn(conversation['id']),
    title,
    model: shortTextIn(conversation['default_model_slug'], 100),
    systemMessage: null,
    isArchived: conversation['is_archived'] === true,
    isPinned: false,
    createdAt: timeIn(conversation['create_time']),
    updatedAt: timeIn(conversation['update_time']),
    messages: [...kept]
      .map(([key, message]) => ({ ...message, parentKey: nearest(nodes.get(key)?.parent ?? null) }))
      .sort(byTime),
    leafKey: nearest(textIn(conversation['current_node']) ?? null) ?? undefined,
  };
}

/** Those without one come first. */
function byTime(a: DraftMessage, b: DraftMessage): number {
  return (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0);
}

interface Node {
  readonly parent: string | null;
  /** undefined: nothing that people saw. */
  readonly message: Omit<DraftMessage, 'parentKey'> | undefined;
}

function nodesIn(mapping: Loose): ReadonlyMap<string, Node> {
  return new Map(
    Object.entries(mapping).map(([key, value]) => {
      const node = looseIn(value) ?? {};
      return [key, { parent: textIn(node['parent']) ?? null, message: messageIn(key, looseIn(node['message']) ?? {}) }];
    }),
  );
}

/** From a node upwards, itself included, to the first that is kept; what goes round in circles has none. */
function nearestKept(nodes: ReadonlyMap<string, Node>): (key: string | null) => string | null {
  const known = new Map<string, string | null>();
  return (from) => {
    const passed: string[] = [];
    let key = from;
    let found: string | null = null;
    while (key !== null) {
      const node = nodes.get(key);
      const before = known.get(key);
      if (node === undefined) break;
      if (node.message !== undefined) found = key;
      else if (before !== undefined) found = before;
      if (found !== null || before === null) break;
      passed.push(key);
      // Whoever comes here again has gone round.
      known.set(key, null);
      key = node.parent;
    }
    for (const each of passed) known.set(each, found);
    return found;
  };
}

function messageIn(key: string, message: Loose): Node['message'] {
  const author = looseIn(message['author']) ?? {};
  const metadata = looseIn(message['metadata']) ?? {};
  const content = looseIn(message['content']) ?? {};
  const role = roleIn(author['role'], content);
  const recipient = message['recipient'] ?? 'all';
  // What tools are told and say is how an answer came about, and no part of it.
  if (role === undefined || recipient !== 'all' || metadata['is_visually_hidden_from_conversation'] === true) {
    return undefined;
  }
  const words = wordsIn(content).trim();
  const attachments = chatGptAttachments(content, metadata);
  if (words === '' && attachments.length === 0) return undefined;
  const model = shortTextIn(metadata['model_slug'], 100);
  return {
    key,
    role,
    content: words,
    attachments,
    model: role === 'assistant' ? (model ?? null) : null,
    tokensUsed: 0,
    status: statusOf(message, metadata),
    finishReason: shortTextIn(looseIn(metadata['finish_details'])?.['type'], 64) ?? null,
    createdAt: timeIn(message['create_time']),
    updatedAt: timeIn(message['update_time']),
    editedAt: undefined,
  };
}

/** Pictures that a tool has made are an answer. */
function roleIn(role: unknown, content: Loose): DraftMessage['role'] | undefined {
  if (role !== 'tool') return messageRoles.find((each) => each === role);
  return listIn(content['parts']).some((part) => isPicture(looseIn(part) ?? {})) ? 'assistant' : undefined;
}

const NOT_SHOWN: readonly unknown[] = [
  'thoughts',
  'reasoning_recap',
  'user_editable_context',
  'model_editable_context',
];

function wordsIn(content: Loose): string {
  if (NOT_SHOWN.includes(content['content_type'])) return '';
  const parts = listIn(content['parts']).map(wordsInPart);
  const text = textIn(content['text']) ?? textIn(content['result']) ?? '';
  return [...parts, text].filter((part) => part !== '').join('\n');
}

function wordsInPart(part: unknown): string {
  const text = textIn(part);
  if (text !== undefined) return text;
  const loose = looseIn(part) ?? {};
  return textIn(loose['text']) ?? (isPicture(loose) ? '[image]' : '');
}

function statusOf(message: Loose, metadata: Loose): DraftMessage['status'] {
  if (looseIn(metadata['finish_details'])?.['type'] === 'interrupted') return 'stopped';
  return message['status'] === 'in_progress' ? 'interrupted' : 'complete';
}
