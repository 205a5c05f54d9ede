import type { Faults } from './faults';
import type { Values } from './variables/table';

/** What could be read of an environment: a variable that could not has its fault already, and is absent. */
export interface ConfigDraft {
  readonly values: Partial<Values>;
  /** Every variable that ends in _API_KEY. */
  readonly apiKeys: Readonly<Record<string, string>>;
  readonly faults: Faults;
}

/** What a room asks of its variables beyond their form, so that its faults are told along with all others. */
export type ConfigCheck = (draft: ConfigDraft) => void;
