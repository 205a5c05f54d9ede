import { ApiProperty } from '@nestjs/swagger';
import { type FileType, fileTypes, type StoredFile } from '#files';

export class FileResponse {
  @ApiProperty({ format: 'uuid', example: '019b76da-a800-7000-8000-000000000030' })
  readonly id!: string;

  @ApiProperty({ example: 'holiday.jpg', description: 'As it was called, without folders' })
  readonly name!: string;

  @ApiProperty({ enum: fileTypes, example: 'image/jpeg', description: 'As its bytes tell, whatever its name says' })
  readonly type!: FileType;

  @ApiProperty({ type: 'integer', example: 48213, description: 'In bytes, as it is kept' })
  readonly size!: number;

  @ApiProperty({ type: 'integer', required: false, example: 1024, description: 'Of an image, in pixels' })
  readonly width?: number;

  @ApiProperty({ type: 'integer', required: false, example: 768, description: 'Of an image, in pixels' })
  readonly height?: number;

  @ApiProperty({ format: 'date-time', example: '2026-01-01T12:00:00.000Z' })
  readonly created_at!: string;
}

export function presentFile({ id, name, type, size, width, height, createdAt }: StoredFile): FileResponse {
  const pixels = width === null || height === null ? {} : { width, height };
  return { id, name, type, size, ...pixels, created_at: createdAt.toISOString() };
}
