import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import type { FieldDocs } from './rule';
import { TextField } from './text.field';

/** What a person says to the model: blanks around it are no part of it. */
export function ContentField(docs: FieldDocs & { readonly max?: number } = {}): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    TextField({ min: 1, max: 10_000, example: 'What is the capital of France?', ...docs }),
  );
}
