import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line of a request carries. */
export interface RequestContext {
  readonly requestId: string;
  userId?: string;
  /** Of the caller, for the audit log. */
  ip?: string;
  userAgent?: string;
  /** The socket that the request came through, if it did. */
  socketId?: string;
}

interface OpenTransaction {
  readonly store: object;
  open: boolean;
}

interface WorkScope {
  readonly request: RequestContext | undefined;
  readonly transaction: OpenTransaction | undefined;
}

const storage = new AsyncLocalStorage<WorkScope>();

/** What goes with a piece of work into all that it starts. One storage for both: on Node 20 every promise pays for each. */
export const workScope = {
  run<T>(within: Partial<WorkScope>, work: () => T): T {
    const { request, transaction } = storage.getStore() ?? {};
    return storage.run({ request: within.request ?? request, transaction: within.transaction ?? transaction }, work);
  },
  request: (): RequestContext | undefined => storage.getStore()?.request,
  transaction: (): OpenTransaction | undefined => storage.getStore()?.transaction,
};
