export const API = 'api/v1';

/** System routes answer at the root, where operators look, and under the API, where clients do. */
export const ROOT_AND_API = ['', API];
