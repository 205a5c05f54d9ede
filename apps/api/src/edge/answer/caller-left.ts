/** Nobody is there to be answered. */
export class CallerLeft extends Error {
  override readonly name = 'CallerLeft';
}
