import type { Request } from 'express';
import { API } from '../addresses';

/** Of the routes that read a body themselves, as it comes; any other kind is none of theirs. */
const STREAMED: Readonly<Record<string, readonly string[]>> = {
  [`POST /${API}/files`]: ['multipart/form-data'],
  [`POST /${API}/conversations/import`]: ['multipart/form-data', 'json', '+json'],
};

export function isStreamedBody(request: Request): boolean {
  const types = STREAMED[`${request.method} ${request.path.replace(/(?<=.)\/$/, '')}`] ?? [];
  return types.length > 0 && typeof request.is([...types]) === 'string';
}
