import { Logger } from '@nestjs/common';
import type { RequestOutcome } from './request-pipeline';

/** Probes come every few seconds and say nothing as long as they succeed. */
const PROBE = /\/(?:health(?:\/live|\/ready)?|metrics)$/;

const logger = new Logger('Request');

export function logRequest({ method, route, path, status, seconds, clientLeft }: RequestOutcome): void {
  const line = {
    msg: 'request',
    method,
    route: route ?? 'unmatched',
    ...(route === undefined && { path: path.slice(0, 200) }),
    status,
    duration_ms: Math.round(seconds * 1_000_000) / 1_000,
    ...(clientLeft && { client_left: true }),
  };
  if (status < 400 && PROBE.test(route ?? '')) logger.debug(line);
  else logger.log(line);
}
