import { ApiProperty } from '@nestjs/swagger';
import { type ImportReport, type SkipReason, skipReasons } from '#transfer';

class ImportedResponse {
  @ApiProperty({ type: 'integer', example: 12 })
  readonly conversations!: number;

  @ApiProperty({ type: 'integer', example: 340 })
  readonly messages!: number;

  @ApiProperty({ type: 'integer', example: 3, description: 'That messages came with, out of a ZIP' })
  readonly files!: number;
}

class SkippedResponse {
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Rhymes',
    description: 'Of the conversation; null: it could not be read, or a file belongs to none',
  })
  readonly title!: string | null;

  @ApiProperty({
    enum: skipReasons,
    example: 'already_imported',
    description:
      'already_imported: it is here already · not_a_conversation: of no shape that is known · no_messages: nothing in it that people saw · too_large: over 16 MB of JSON · too_many_messages: over 100,000 · message_too_long: one of over 1,000,000 characters · unreadable: the file breaks off here, or is damaged · too_many_files: over 20,000 in the ZIP, the rest was not looked at. Of a file that a message came with, the message being here without it: file_missing: the import does not hold it · file_damaged: it cannot be read · file_too_large: over what an upload, or all files of an import, may be · file_refused: neither an image nor a text that would be taken as an upload · allowance_used_up: the account has no room for it · not_attached: no conversation that was read has it',
  })
  readonly reason!: SkipReason;

  @ApiProperty({ required: false, example: 'holiday.jpg', description: 'Which file; absent: the conversation' })
  readonly file?: string;
}

export class ImportResponse {
  @ApiProperty()
  readonly imported!: ImportedResponse;

  @ApiProperty({ type: [SkippedResponse], description: 'The first 1,000 conversations, and the first 1,000 files' })
  readonly skipped!: readonly SkippedResponse[];
}

export function presentImport({ skipped, ...imported }: ImportReport): ImportResponse {
  return { imported, skipped };
}
