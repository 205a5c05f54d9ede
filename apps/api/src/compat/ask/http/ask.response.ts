import { ApiProperty } from '@nestjs/swagger';
import type { TurnEnd } from '#chat';

export class AskResponse {
  @ApiProperty({ example: 'Paris.' })
  readonly message!: string;

  @ApiProperty({ format: 'uuid', example: '019b76da-a800-7000-8000-000000000006' })
  readonly conversation_id!: string;

  @ApiProperty({
    format: 'uuid',
    example: '019b76da-a800-7000-8000-000000000007',
    description: "The answer's id, to be sent as parent_id next time",
  })
  readonly parent_id!: string;

  @ApiProperty({ example: 'gpt-4o-mini' })
  readonly model!: string;
}

export function presentAsked({ message }: TurnEnd): AskResponse {
  return {
    message: message.content,
    conversation_id: message.conversationId,
    parent_id: message.id,
    model: message.model ?? '',
  };
}
