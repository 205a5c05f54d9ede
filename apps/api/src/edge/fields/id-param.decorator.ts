import type { PipeTransform } from '@nestjs/common';
import { AppError, isId } from '#kernel';
import { PathParam } from './path-param.decorator';

/** What is no id names nothing that there could be. */
const existingId: PipeTransform<string, string> = {
  transform(value) {
    if (!isId(value)) throw new AppError('not_found');
    return value.toLowerCase();
  },
};

const docs = { format: 'uuid', example: '019b76da-a800-7000-8000-000000000002' };

export const IdParam = (name = 'id'): ParameterDecorator => PathParam(name, docs, existingId);
