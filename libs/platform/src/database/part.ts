import { sameList, sameText } from './same-text';

export type SqlValue = string | number | bigint | boolean | Date | Buffer | null;

/** A piece of a statement, and the values of its `?`. */
export interface Part {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Common table expressions, and what is asked of them: on PostgreSQL one statement may do all that a transaction does. */
export function oneStatement(expressions: readonly Part[], question: Part): Part {
  const values: SqlValue[] = [];
  for (const part of expressions) values.push(...part.values);
  values.push(...question.values);
  return { sql: sameText`WITH ${sameList(expressions.map(({ sql }) => sql))}\n${question.sql}`, values };
}
