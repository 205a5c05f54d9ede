/** Returned by a handler that has taken the response into its own hands. */
export const STREAMED = Symbol('streamed');
export type Streamed = typeof STREAMED;
