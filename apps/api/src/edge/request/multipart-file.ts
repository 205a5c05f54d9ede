import { pipeline, type Readable, Transform } from 'node:stream';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import type { Request } from 'express';
import { AppError, type FieldIssue } from '#kernel';
import { CallerLeft } from '../answer/caller-left';

export interface SentFile {
  readonly name: string | undefined;
  readonly type: string;
  /** It fails where the file, or the form around it, breaks off. */
  readonly content: Readable;
}

const FIELD = 'file';

/** Hands on the one file of a form as it comes; a form that holds anything else is refused. */
export async function takeFile<T>(request: Request, take: (file: SentFile) => Promise<T>): Promise<T> {
  const form = formOf(request);
  let issue: FieldIssue | undefined;
  let content: Readable | undefined;
  let taken: Promise<T> | undefined;
  // It may break off in several places, and is listened to once.
  form.on('error', () => undefined);
  const fail = (error: Error): void => void (content?.destroy(error), form.destroy(error));
  const refuse = (found: FieldIssue): void => {
    issue ??= found;
    fail(AppError.invalid(found));
  };
  form.on('field', (field) => refuse({ field, reason: field === FIELD ? 'invalid' : 'unknown_field' }));
  form.on('file', (field, stream, name, _encoding, type) => {
    stream.on('error', () => undefined);
    if (field !== FIELD) return refuse({ field, reason: 'unknown_field' });
    if (taken !== undefined) return refuse({ field, reason: 'given_more_than_once' });
    content = pipeline(stream, heldUntil(formEnd), () => undefined);
    // As browsers write a quotation mark.
    taken = take({ name: name?.replaceAll('%22', '"'), type, content });
    taken.catch(fail);
  });
  const leave = (): void => fail(new CallerLeft());
  request.once('aborted', leave);
  const formEnd = ended(request, form);
  try {
    await formEnd;
    if (taken === undefined) throw AppError.invalid({ field: FIELD, reason: 'required' });
    return await taken;
  } catch (error) {
    // Whatever else broke because of it, the first reason is the one.
    const refused = issue && AppError.invalid(issue);
    const failed = await taken?.then(
      () => undefined,
      (own: unknown) => own,
    );
    throw refused ?? (isOfForm(failed) ? error : failed);
  } finally {
    request.off('aborted', leave);
    request.unpipe(form);
    request.resume();
  }
}

/** Its last word: a file has come when all of its form has come as it should. */
function heldUntil(formEnd: Promise<void>): Transform {
  return new Transform({
    transform: (chunk, _encoding, done) => done(null, chunk),
    flush: (done) => void formEnd.then(() => done(), done),
  });
}

/** The parser's words for a form that breaks off, as whoever reads the file in it gets to hear them. */
function isOfForm(failed: unknown): boolean {
  return failed === undefined || (failed as Error).message.includes('unexpected end of multipart data');
}

function formOf({ headers }: Request): BusboyInstance {
  try {
    return new Busboy({
      headers: headers as BusboyHeaders,
      limits: { fields: 1, fieldNameSize: 100, fieldSize: 1_000, parts: 3, headerPairs: 20 },
    });
  } catch (cause) {
    throw new AppError('malformed', { cause });
  }
}

function ended(request: Request, form: BusboyInstance): Promise<void> {
  return new Promise((resolve, reject) => {
    form.once('finish', resolve);
    form.once('error', (error) =>
      reject(
        error instanceof AppError || error instanceof CallerLeft ? error : new AppError('malformed', { cause: error }),
      ),
    );
    request.pipe(form);
  });
}
