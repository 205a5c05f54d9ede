/** `data` of an answer that has nothing to show: an empty object. */
export class NothingResponse {}

export const nothing: NothingResponse = {};
