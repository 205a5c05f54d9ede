import { AppError } from '#kernel';
import type { ModelCatalogue } from '#llm';

/** The id of a model as a caller gives it; one that is not on offer is refused. */
export function offeredModel(catalogue: ModelCatalogue, id: string): string {
  if (catalogue.find(id) !== undefined) return id;
  const choices = catalogue.list().map((model) => model.id);
  throw AppError.invalid({ field: 'model', reason: 'must_be_one_of', params: { choices: choices.join(', ') } });
}
