import type { IncomingMessage } from 'node:http';

const LONGEST_BODY = 64 * 1024;

/** The errors of the openai package. */
interface ErrorClass {
  generate(status: number | undefined, body: object | undefined, text: string, headers: Headers): Error;
}

/** What the openai package would throw for an answer that is none. */
export async function refusalOf(answer: IncomingMessage, Refusal: ErrorClass): Promise<Error> {
  const { statusCode, headers } = answer;
  const text = await beginningOf(answer);
  const retryAfter = new Headers({ 'retry-after': headers['retry-after'] ?? '' });
  return Refusal.generate(statusCode, objectIn(text), text, retryAfter);
}

/** As much as came, if it breaks off. */
async function beginningOf(incoming: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const part of incoming.setEncoding('utf8')) {
      text += String(part);
      if (text.length > LONGEST_BODY) break;
    }
  } catch {
    // The status says enough.
  }
  return text;
}

function objectIn(text: string): object | undefined {
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}
