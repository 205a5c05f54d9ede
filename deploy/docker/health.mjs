/** Whether the server of this container is ready, as an exit status. */
const url = `http://127.0.0.1:${process.env.PORT || 8000}/health/ready`;
const answer = await fetch(url, { signal: AbortSignal.timeout(2500) }).catch(() => undefined);
process.exitCode = answer?.ok ? 0 : 1;
