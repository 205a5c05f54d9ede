import { AsyncLocalStorage } from 'node:async_hooks';

interface OpenTransaction {
  readonly store: object;
  open: boolean;
}

const current = new AsyncLocalStorage<OpenTransaction>();

/** Runs `work` in the knowledge that a transaction of `store` is open. */
export async function insideTransaction<T>(store: object, work: () => Promise<T>): Promise<T> {
  const transaction = { store, open: true };
  try {
    return await current.run(transaction, work);
  } finally {
    // What the work has started and not waited for goes on in the same context.
    transaction.open = false;
  }
}

export function isInsideTransaction(store: object): boolean {
  const transaction = current.getStore();
  return transaction?.open === true && transaction.store === store;
}
