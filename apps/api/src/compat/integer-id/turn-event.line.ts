import { ApiProperty } from '@nestjs/swagger';
import type { TurnEvent } from '#chat';
import type { Locale } from '#platform';
import { wordsOf } from './integer-error';

export class IntegerChatLine {
  @ApiProperty({ enum: ['message', 'done', 'full_response', 'error'] })
  readonly event!: 'message' | 'done' | 'full_response' | 'error';

  @ApiProperty({
    example: 'R',
    description: 'The next piece; of full_response, the whole answer; of error, what is wrong',
  })
  readonly data!: string;
}

/** Bare JSON, an empty line after each. */
export function turnLines(event: TurnEvent, locale: Locale): string {
  return linesOf(event, locale)
    .map((line) => `${JSON.stringify(line)}\n\n`)
    .join('');
}

function linesOf(event: TurnEvent, locale: Locale): readonly IntegerChatLine[] {
  switch (event.type) {
    case 'content':
      return [{ event: 'message', data: event.content }];
    case 'end':
      return [
        { event: 'done', data: 'Stream finished' },
        { event: 'full_response', data: event.message.content },
      ];
    case 'error':
      return [{ event: 'error', data: wordsOf(event.error, locale) }];
  }
}
