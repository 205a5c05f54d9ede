import { Injectable } from '@nestjs/common';
import { Conversations } from '#conversations';
import type { Actor } from '#kernel';
import { Messages } from '#messages';
import { type ExportFormat, formats } from './export-format';
import type { ExportedDocument } from './exported-document';

@Injectable()
export class ConversationExport {
  constructor(
    private readonly conversations: Conversations,
    private readonly messages: Messages,
  ) {}

  /** JSON has all branches, the others the one that is shown. */
  async open(actor: Actor, id: string, format: ExportFormat): Promise<ExportedDocument> {
    const conversation = await this.conversations.find(actor, id);
    const { ending, mediaType, branches, write } = formats[format];
    return {
      fileName: `${nameOf(conversation.title)}.${ending}`,
      mediaType: `${mediaType}; charset=utf-8`,
      messages: await this.messages.count(conversation, branches),
      chunks: write(conversation, this.messages.all(actor, id, branches)),
    };
  }
}

/** A name that every file system takes. */
function nameOf(title: string): string {
  const name = title
    .replace(/[\p{Cc}\p{Cn}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069<>:"/\\|?*]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.]+|[\s.]+$/g, '');
  return [...name].slice(0, 80).join('').trim() || 'conversation';
}
