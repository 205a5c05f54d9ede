import type { ConversationDetails } from '#conversations';
import type { Message } from '#messages';

export function titleOf({ title }: ConversationDetails): string {
  return title || 'Conversation';
}

export function speakerOf({ role, model }: Message): string {
  if (role === 'user') return 'User';
  if (role === 'system') return 'System';
  return model === null ? 'Assistant' : `Assistant (${model})`;
}
