import { CreateUsers1767225600000 } from './1767225600000-create-users';
import { Accounts1767312000000 } from './1767312000000-accounts';
import { Quota1767398400000 } from './1767398400000-quota';
import { Conversations1767484800000 } from './1767484800000-conversations';
import { HeldPrompts1767571200000 } from './1767571200000-held-prompts';

/** In the order in which they are applied. */
export const migrations = [
  CreateUsers1767225600000,
  Accounts1767312000000,
  Quota1767398400000,
  Conversations1767484800000,
  HeldPrompts1767571200000,
];
