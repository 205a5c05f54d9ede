import { createHash } from 'node:crypto';
import type { NoteCommand, SpecialWishes, TurnCommand } from '../turn/turn-command';

/** Of what is asked, not of how the answer is wanted. */
export function bodyHashOf(command: TurnCommand | NoteCommand): string {
  return createHash('sha256')
    .update(JSON.stringify(askedBy(command)))
    .digest('hex');
}

function askedBy(command: TurnCommand | NoteCommand): readonly unknown[] {
  if (!('kind' in command)) return [...placed(command), 'system'];
  const wishes = [command.model ?? null, command.temperature ?? null, command.maxTokens ?? null];
  switch (command.kind) {
    case 'send':
      return [...placed(command), ...wishes, ...(command.attachments ?? []), ...specialIn(command)];
    case 'regenerate':
      return [command.kind, command.messageId, ...wishes];
    case 'rephrase':
      return [command.kind, command.messageId, command.content, ...wishes];
  }
}

/** Nothing where nothing special is asked, as in most cases. */
function specialIn({ systemMessage, context, extras }: SpecialWishes): readonly unknown[] {
  const special = [systemMessage ?? null, context ?? null, extras ?? null];
  return special.some((wish) => wish !== null) ? special : [];
}

type Placed = Pick<NoteCommand, 'conversationId' | 'content' | 'parentId'>;

function placed({ conversationId, content, parentId }: Placed): readonly unknown[] {
  return [conversationId, content, parentId ?? null];
}
