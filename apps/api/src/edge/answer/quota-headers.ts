import type { Response } from 'express';
import type { RemainingQuota } from '#chat';

export function tellOf({ requests, tokens }: RemainingQuota, response: Response): void {
  if (requests !== null) response.setHeader('X-Quota-Requests-Remaining', requests);
  if (tokens !== null) response.setHeader('X-Quota-Tokens-Remaining', tokens);
}
