import { Injectable } from '@nestjs/common';
import type { ConversationThread } from '#conversations';
import { Files, isImage } from '#files';
import { TokenCounter } from '#llm';
import type { Attached, NewText } from '#messages';
import type { Tx } from '#platform';

interface Saying {
  readonly content: string;
  readonly attachments?: readonly string[] | undefined;
}

/** What somebody says, with what it costs and the files that it comes with. */
@Injectable()
export class SaidText {
  constructor(
    private readonly tokens: TokenCounter,
    private readonly files: Files,
  ) {}

  async of(tx: Tx, thread: ConversationThread, { content, attachments }: Saying): Promise<Omit<NewText, 'parentId'>> {
    return { attached: await this.attached(tx, thread, attachments ?? []), ...(await this.plain({ content })) };
  }

  /** Without any file. */
  async plain({ content }: Saying): Promise<Omit<NewText, 'parentId' | 'attached'>> {
    return { content, tokensUsed: await this.tokens.count(content) };
  }

  private async attached(
    tx: Tx,
    { id, userId }: ConversationThread,
    given: readonly string[],
  ): Promise<Attached | undefined> {
    if (given.length === 0) return undefined;
    const attachments = [...new Set(given)];
    const files = await this.files.attach(tx, userId, id, attachments);
    return { type: files.some(isImage) ? 'image' : 'file', attachments };
  }
}
