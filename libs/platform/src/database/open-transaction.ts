import { workScope } from '../work-scope';

/** Runs `work` in the knowledge that a transaction of `store` is open. */
export async function insideTransaction<T>(store: object, work: () => Promise<T>): Promise<T> {
  const transaction = { store, open: true };
  try {
    return await workScope.run({ transaction }, work);
  } finally {
    // What the work has started and not waited for goes on in the same context.
    transaction.open = false;
  }
}

/** Whatever waits for one connection while it holds another may wait for ever. */
export function refuseBesideTransaction(store: object): void {
  const transaction = workScope.transaction();
  if (transaction?.open !== true || transaction.store !== store) return;
  throw new Error('A query beside the open transaction was awaited inside Transaction.run: put it to its tx');
}
