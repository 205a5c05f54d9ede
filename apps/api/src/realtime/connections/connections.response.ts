import { ApiProperty } from '@nestjs/swagger';
import type { ChatSession } from '../session/chat-session';
import type { Transport } from '../session/wire';

export class ConnectionResponse {
  @ApiProperty({ format: 'uuid', example: '019b76da-a800-7000-8000-00000000000a' })
  readonly id!: string;

  @ApiProperty({ enum: ['websocket', 'socket.io'] satisfies Transport[], example: 'websocket' })
  readonly transport!: Transport;

  @ApiProperty({ example: '203.0.113.7' })
  readonly ip!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Mozilla/5.0 …' })
  readonly user_agent!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-01-01T12:00:00.000Z' })
  readonly connected_at!: string;
}

export class ConnectionsResponse {
  @ApiProperty({ type: [ConnectionResponse] })
  readonly connections!: readonly ConnectionResponse[];
}

export function presentConnection({ id, wire, caller }: ChatSession): ConnectionResponse {
  return {
    id,
    transport: wire.transport,
    ip: caller.ip,
    user_agent: caller.userAgent ?? null,
    connected_at: caller.cameAt.toISOString(),
  };
}
