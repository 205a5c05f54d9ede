import { CreateUsers1767225600000 } from './1767225600000-create-users';
import { Accounts1767312000000 } from './1767312000000-accounts';
import { Quota1767398400000 } from './1767398400000-quota';
import { Conversations1767484800000 } from './1767484800000-conversations';
import { HeldPrompts1767571200000 } from './1767571200000-held-prompts';
import { UsageDays1767744000000 } from './1767744000000-usage-days';
import { Webhooks1767744001000 } from './1767744001000-webhooks';
import { MessageSearch1767830400000 } from './1767830400000-message-search';
import { Shares1767830401000 } from './1767830401000-shares';
import { Files1767916800000 } from './1767916800000-files';
import { ImportedConversations1767916801000 } from './1767916801000-imported-conversations';
import { Exchanges1768003200000 } from './1768003200000-exchanges';
import { ConversationNumbers1768089600000 } from './1768089600000-conversation-numbers';
import { WebhookUsers1768176000000 } from './1768176000000-webhook-users';
import { ConversationRevisions1768262400000 } from './1768262400000-conversation-revisions';

/** In the order in which they are applied. */
export const migrations = [
  CreateUsers1767225600000,
  Accounts1767312000000,
  Quota1767398400000,
  Conversations1767484800000,
  HeldPrompts1767571200000,
  UsageDays1767744000000,
  Webhooks1767744001000,
  MessageSearch1767830400000,
  Shares1767830401000,
  Files1767916800000,
  ImportedConversations1767916801000,
  Exchanges1768003200000,
  ConversationNumbers1768089600000,
  WebhookUsers1768176000000,
  ConversationRevisions1768262400000,
];
