/** Microseconds on a clock that all processes of a machine share. */
export const microseconds = () => Number(process.hrtime.bigint() / 1000n);
