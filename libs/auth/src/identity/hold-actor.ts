import { type Actor, AppError } from '#kernel';
import type { Tx } from '#platform';

/**
 * Until the transaction ends nobody else changes or deletes whoever asks. One who was deleted on another replica a moment
 * ago is nobody.
 */
export async function holdActor(tx: Tx, { userId }: Actor): Promise<void> {
  const held = await tx.execute('UPDATE users SET updated_at = updated_at WHERE id = ?', [userId]);
  if (held === 0) throw new AppError('unauthenticated');
}
