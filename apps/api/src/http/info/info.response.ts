import { ApiProperty } from '@nestjs/swagger';

export class RootResponse {
  @ApiProperty({ example: 'ChatGPT Backend' })
  readonly name!: string;

  @ApiProperty({ example: '0.1.0' })
  readonly version!: string;

  @ApiProperty({ description: 'Where the documentation is', example: '/docs', type: String, nullable: true })
  readonly docs!: string | null;

  @ApiProperty({ example: '/health' })
  readonly health!: string;
}

export class FeaturesResponse {
  @ApiProperty({ description: 'Socket.IO and raw WebSocket' })
  readonly websocket!: boolean;

  @ApiProperty({ description: 'Answers by Server-Sent Events' })
  readonly streaming!: boolean;

  @ApiProperty()
  readonly file_upload!: boolean;

  @ApiProperty({ description: "Doors for other backends' clients, such as OpenAI's" })
  readonly compat!: boolean;
}

export class InfoResponse {
  @ApiProperty({ example: 'ChatGPT Backend' })
  readonly name!: string;

  @ApiProperty({ example: '0.1.0' })
  readonly version!: string;

  @ApiProperty({ enum: ['development', 'production', 'test'], example: 'production' })
  readonly environment!: 'development' | 'production' | 'test';

  @ApiProperty({ type: [String], example: ['gpt-4o-mini'] })
  readonly supported_models!: readonly string[];

  @ApiProperty()
  readonly features!: FeaturesResponse;
}
