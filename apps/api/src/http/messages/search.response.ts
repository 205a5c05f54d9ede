import { ApiProperty } from '@nestjs/swagger';
import type { FoundMessage, FoundMessages, SnippetPart } from '#messages';
import { MessageResponse, presentMessage } from '../../edge/presenters/message.response';
import { CursorResponse } from '../../edge/presenters/pagination.response';

export class FoundMessageResponse extends MessageResponse {
  @ApiProperty({ example: 'Summer', description: 'Empty: not named yet' })
  readonly conversation_title!: string;

  @ApiProperty({
    example: '… when my <mark>holiday</mark> begins, I&#39;ll …',
    description:
      'The surroundings of the first hit, as HTML: every hit in <mark>, and nothing else is markup, for & < > " and \' of the text are written as &amp; &lt; &gt; &quot; and &#39;. The text itself is in content',
  })
  readonly snippet!: string;
}

export class FoundMessagesResponse {
  @ApiProperty({ type: [FoundMessageResponse] })
  readonly messages!: readonly FoundMessageResponse[];

  @ApiProperty()
  readonly pagination!: CursorResponse;
}

export function presentFoundMessages({ messages, nextCursor }: FoundMessages): FoundMessagesResponse {
  return { messages: messages.map(presentFoundMessage), pagination: { next_cursor: nextCursor } };
}

function presentFoundMessage(message: FoundMessage): FoundMessageResponse {
  return {
    ...presentMessage(message),
    conversation_title: message.conversationTitle,
    snippet: message.snippet.map(markUp).join(''),
  };
}

function markUp({ text, isHit }: SnippetPart): string {
  const escaped = text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
  return isHit ? `<mark>${escaped}</mark>` : escaped;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
