import { createHash } from 'node:crypto';
import type { NoteCommand, TurnCommand } from '../turn/turn-command';

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
      return [...placed(command), ...wishes];
    case 'regenerate':
      return [command.kind, command.messageId, ...wishes];
    case 'rephrase':
      return [command.kind, command.messageId, command.content, ...wishes];
  }
}

type Placed = Pick<NoteCommand, 'conversationId' | 'content' | 'parentId'>;

function placed({ conversationId, content, parentId }: Placed): readonly unknown[] {
  return [conversationId, content, parentId ?? null];
}
