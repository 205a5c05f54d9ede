import { AppError } from '#kernel';
import type { Model, ModelCatalogue } from '#llm';

const LONGEST = 100;

export function modelIn(catalogue: ModelCatalogue, id: string): Model {
  const model = catalogue.find(id);
  if (model !== undefined) return model;
  throw new AppError('not_found', { reason: 'no_such_model', params: { model: id.slice(0, LONGEST) } });
}
