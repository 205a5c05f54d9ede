import type { MetadataStorage } from 'class-validator';
import { foundOnce } from './found-once';

type Rules = ReturnType<MetadataStorage['getTargetValidationMetadatas']>;
type RulesOfFields = ReturnType<MetadataStorage['groupByPropertyName']>;

/** Whenever an object is validated, class-validator looks for its rules among those of all classes; they do not change. */
export function rememberRules(storage: MetadataStorage): void {
  const rulesOf = storage.getTargetValidationMetadatas.bind(storage);
  const byField = storage.groupByPropertyName.bind(storage);
  const rules = new WeakMap<object, Rules>();
  const rulesOfFields = new WeakMap<Rules, RulesOfFields>();

  storage.getTargetValidationMetadatas = (target, schema, always, strictGroups, groups) => {
    const isUsual = typeof target === 'function' && groups === undefined && !always && !strictGroups;
    if (!isUsual) return rulesOf(target, schema, always, strictGroups, groups);
    return foundOnce(rules, target, () => rulesOf(target, schema, always, strictGroups));
  };
  storage.groupByPropertyName = (of) => foundOnce(rulesOfFields, of, () => byField(of));
}
