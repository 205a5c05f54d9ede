export { Forks } from './forks';
export { sealedShareTokens } from './sealed-share-tokens';
export type { Share, SharedConversation, SharedMessage } from './share';
export type { ShareTerms } from './share-links';
export { SharedConversations } from './shared-conversations';
export { Shares } from './shares';
export { SharingModule } from './sharing.module';
