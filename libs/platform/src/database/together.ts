/**
 * For statements of one transaction that do not wait for each other: on PostgreSQL they travel together. Answers or
 * throws, the first error first, when all of them are done, so that none is still on its way when the transaction ends.
 */
export async function together<T extends readonly unknown[]>(
  ...statements: { readonly [K in keyof T]: Promise<T[K]> }
): Promise<T> {
  await Promise.allSettled(statements);
  return Promise.all(statements);
}
