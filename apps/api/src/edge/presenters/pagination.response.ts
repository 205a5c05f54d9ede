import { ApiProperty } from '@nestjs/swagger';

export class PaginationResponse {
  @ApiProperty({ type: 'integer', example: 1 })
  readonly page!: number;

  @ApiProperty({ type: 'integer', example: 20 })
  readonly size!: number;

  @ApiProperty({ type: 'integer', example: 42 })
  readonly total!: number;

  @ApiProperty({ type: 'integer', example: 3 })
  readonly pages!: number;
}

export function presentPagination(page: number, size: number, total: number): PaginationResponse {
  return { page, size, total, pages: Math.ceil(total / size) };
}

export class CursorResponse {
  @ApiProperty({ type: String, nullable: true, example: null, description: 'For the next page; null at the end' })
  readonly next_cursor!: string | null;
}

export class KeysetPaginationResponse extends PaginationResponse {
  @ApiProperty({ type: String, nullable: true, example: null, description: 'For the next page; null at the end' })
  readonly next_cursor!: string | null;
}

/** `page` as it was asked for, also by those who come by cursor. */
export function presentKeysetPagination(
  page: number,
  size: number,
  total: number,
  nextCursor: string | null,
): KeysetPaginationResponse {
  return { ...presentPagination(page, size, total), next_cursor: nextCursor };
}
