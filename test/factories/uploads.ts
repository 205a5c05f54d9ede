import sharp from 'sharp';
import type { ApiAnswer } from '../harness/api-client';
import type { Reply } from '../harness/reply';
import type { TestApp } from '../harness/start-app';
import type { Person } from './people';

export interface FileView {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly width?: number;
  readonly height?: number;
  readonly created_at: string;
}

export interface SentFile {
  readonly name?: string;
  readonly type?: string;
  readonly bytes: string | Uint8Array;
}

/** A form with these files, all in the field `file` unless said otherwise. */
export function formOf(files: readonly SentFile[], field = 'file'): FormData {
  const form = new FormData();
  for (const { name = 'notes.txt', type = '', bytes } of files) {
    form.append(field, new Blob([bytes], { type }), name);
  }
  return form;
}

/** As browsers send it. */
export async function sendForm<T>(
  app: TestApp,
  path: string,
  { token }: Pick<Person, 'token'>,
  form: FormData,
): Promise<ApiAnswer<Reply<T>>> {
  const sent = new Response(form);
  const headers = { 'content-type': sent.headers.get('content-type') ?? '' };
  return app.api.send('POST', path, { token, headers, body: new Uint8Array(await sent.arrayBuffer()) });
}

export function upload(
  app: TestApp,
  person: Pick<Person, 'token'>,
  file: SentFile,
): Promise<ApiAnswer<Reply<FileView>>> {
  return sendForm(app, '/api/v1/files', person, formOf([file]));
}

export async function uploaded(app: TestApp, person: Pick<Person, 'token'>, file: SentFile): Promise<FileView> {
  const answer = await upload(app, person, file);
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body.data;
}

/** One colour, and as large as asked for. */
export function picture(format: 'png' | 'jpeg' | 'webp' | 'gif', width = 8, height = 6): Promise<Buffer> {
  const create = { width, height, channels: 3, background: { r: 200, g: 30, b: 90 } } as const;
  return sharp({ create }).toFormat(format).toBuffer();
}
