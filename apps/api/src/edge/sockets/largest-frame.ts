/** Bytes; room for the longest message, in any script and however it is escaped for JSON. */
export const LARGEST_FRAME = 64 * 1024;
