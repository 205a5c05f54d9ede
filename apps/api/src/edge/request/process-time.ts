/** For the header `X-Process-Time`. */
export const secondsSince = (started: number): string => ((performance.now() - started) / 1000).toFixed(6);
