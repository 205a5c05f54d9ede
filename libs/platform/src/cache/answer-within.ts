export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/**
 * Rejects with a NoAnswerError when `work` takes longer than the limit.
 * The limit runs in two halves, so that one long block of our own event loop does not pass for silence of the other side.
 */
export function answerWithin<T>(limitMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new NoAnswerError(`no answer within ${limitMs} ms`));
    let timer = setTimeout(() => (timer = setTimeout(giveUp, limitMs / 2)), limitMs / 2);
    void work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
