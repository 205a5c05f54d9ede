import { createHash } from 'node:crypto';
import type { NoteCommand, SendCommand } from '../turn/turn-command';

/** Of what is asked, not of how the answer is wanted. */
export function bodyHashOf(command: SendCommand | NoteCommand): string {
  const { conversationId, content, parentId = null } = command;
  const asked =
    'kind' in command ? [command.model ?? null, command.temperature ?? null, command.maxTokens ?? null] : ['system'];
  return createHash('sha256')
    .update(JSON.stringify([conversationId, content, parentId, ...asked]))
    .digest('hex');
}
