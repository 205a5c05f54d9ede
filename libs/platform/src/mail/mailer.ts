import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { NodemailerError } from 'nodemailer';
import { newId } from '#kernel';
import type { MailConfig } from '../config/config';
import { fileDelivery } from './file-delivery';
import type { Deliver, Mail } from './mail';
import { Slots } from './slots';
import { smtpDelivery } from './smtp-delivery';

/**
 * The pause before each try. Before the first, so that the request which caused the mail is answered by then, and takes
 * no longer than one that causes none. The others give a server that is busy or down about nine minutes.
 */
const PAUSES_MS = [100, 5_000, 20_000, 80_000, 320_000];
const JITTER = 0.25;
const AT_ONCE = 4;
const MOST_WAITING = 1_000;

type Pause = (ms: number, unless: AbortSignal) => Promise<void>;

/** Sends mail in the background. What is not sent when the process ends is lost. */
@Injectable()
export class Mailer {
  private readonly logger = new Logger(Mailer.name);
  private readonly deliver: Deliver | undefined;
  private readonly slots = new Slots(AT_ONCE);
  private readonly sending = new Set<Promise<void>>();
  private readonly closing = new AbortController();

  constructor(
    config: MailConfig,
    private readonly pause: Pause = pauseUnlessAborted,
  ) {
    this.deliver = deliveryOf(config);
    if (this.deliver === undefined) this.logger.warn({ msg: 'there is no SMTP_URL: no mail will be sent' });
  }

  /** Returns at once, and tells nobody but the log what became of it. */
  send(mail: Mail): void {
    if (this.deliver === undefined) return;
    const id = newId();
    if (this.sending.size >= MOST_WAITING) {
      this.logger.error({ msg: 'too many mails are waiting, this one is dropped', mail_id: id });
      return;
    }
    const sending = this.keepTrying(id, mail, this.deliver).finally(() => this.sending.delete(sending));
    this.sending.add(sending);
  }

  /** Tries each mail that waits once more; resolves when that is done or the limit is reached. */
  async close(limit: AbortSignal = new AbortController().signal): Promise<void> {
    this.closing.abort();
    const outOfTime = new Promise((resolve) => limit.addEventListener('abort', resolve, { once: true }));
    while (this.sending.size > 0 && !limit.aborted) await Promise.race([Promise.all(this.sending), outOfTime]);
    if (this.sending.size > 0) this.logger.error({ msg: 'mails are lost with this process', count: this.sending.size });
  }

  /** Never rejects. */
  private async keepTrying(id: string, mail: Mail, deliver: Deliver): Promise<void> {
    for (const [tries, pauseMs] of PAUSES_MS.entries()) {
      await this.pause(jittered(pauseMs), this.closing.signal);
      const isLast = this.closing.signal.aborted || tries + 1 === PAUSES_MS.length;
      try {
        const outcome = await this.slots.run(() => deliver(id, mail));
        this.logger.log({ msg: `mail ${outcome}`, mail_id: id });
        return;
      } catch (error) {
        const failure = { mail_id: id, tries: tries + 1, ...describe(error as NodemailerError) };
        if (isLast || isRefusedForGood(error)) {
          this.logger.error({ msg: 'mail was not sent', ...failure });
          return;
        }
        this.logger.warn({ msg: 'mail was not sent yet', ...failure });
      }
    }
  }
}

function deliveryOf({ smtpUrl, directory, from }: MailConfig): Deliver | undefined {
  if (smtpUrl !== undefined) return smtpDelivery(smtpUrl, from);
  return directory === undefined ? undefined : fileDelivery(directory, from);
}

function isRefusedForGood(error: unknown): boolean {
  return (error as NodemailerError).permanent === true;
}

/** Without the server's words, which often repeat the address. */
function describe({ code, command, responseCode, message }: NodemailerError): Readonly<Record<string, unknown>> {
  return { code, command, ...(responseCode === undefined ? { reason: message } : { smtp_status: responseCode }) };
}

function jittered(ms: number): number {
  return ms * (1 - JITTER + 2 * JITTER * Math.random());
}

const pauseUnlessAborted: Pause = (ms, signal) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
