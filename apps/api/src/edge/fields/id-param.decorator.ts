import { Param, type PipeTransform } from '@nestjs/common';
import { AppError, isId } from '#kernel';

/** What is no id names nothing that there could be. */
const existingId: PipeTransform<string, string> = {
  transform(value) {
    if (!isId(value)) throw new AppError('not_found');
    return value.toLowerCase();
  },
};

export const IdParam = (name = 'id'): ParameterDecorator => Param(name, existingId);
