export type SqlValue = string | number | bigint | boolean | Date | Buffer | null;

/** A piece of a statement, and the values of its `?`. */
export interface Part {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Common table expressions, and what is asked of them: on PostgreSQL one statement may do all that a transaction does. */
export function oneStatement(expressions: readonly Part[], question: Part): Part {
  return {
    sql: `WITH ${expressions.map(({ sql }) => sql).join(',\n')}\n${question.sql}`,
    values: [...expressions, question].flatMap(({ values }) => values),
  };
}
