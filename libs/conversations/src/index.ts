export { beginningOf } from './beginning-of';
export type { ConversationThread, ExpiredTurn, LastMessage, ThreadChange } from './conversation-thread';
export { ConversationThreads } from './conversation-threads';
export { ConversationEntity } from './conversation.entity';
export { messageRoles } from './message-role';
export type { MessageRole } from './message-role';
export { containing, searchText } from './search-text';
