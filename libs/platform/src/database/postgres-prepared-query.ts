import type { Answer, Connection, DataRow, Query, RowDescription, TypeParsers } from 'pg';

interface Column {
  readonly name: string;
  readonly parse: (value: string) => unknown;
}

interface Taught {
  /** By the names of its statements. PostgreSQL refuses to answer one with other columns than before. */
  readonly columns: Map<string, readonly Column[]>;
  /** The connection, which asks for no description. */
  readonly terse: Connection;
}

/** A prepared statement. What is in its rows is told by the connection once: to hear of it costs more than the rows. */
export type PreparedQuery = new (
  statement: { readonly text: string; readonly name: string; readonly values: readonly unknown[] | undefined },
  then: (error: Error | null, answer: Answer) => void,
) => Query;

export function preparedQuery(Base: typeof Query, types: TypeParsers): PreparedQuery {
  const taught = new WeakMap<Connection, Taught>();

  const taughtOf = (connection: Connection): Taught => {
    const before = taught.get(connection);
    if (before !== undefined) return before;
    const terse = Object.create(connection, { describe: { value: () => undefined } }) as Connection;
    const now = { columns: new Map<string, readonly Column[]>(), terse };
    taught.set(connection, now);
    return now;
  };

  return class extends Base {
    private columns: Map<string, readonly Column[]> | undefined;
    private known: readonly Column[] | undefined;

    constructor(...[{ text, name, values }, then]: ConstructorParameters<PreparedQuery>) {
      // Of anything but a text it would make a copy, property by property.
      super(text);
      this.name = name;
      this.values = values;
      this.callback = then;
    }

    override prepare(connection: Connection): void {
      const { columns, terse } = taughtOf(connection);
      this.columns = columns;
      this.known = columns.get(this.name);
      super.prepare(this.known === undefined ? connection : terse);
    }

    override handleRowDescription(description: RowDescription): void {
      super.handleRowDescription(description);
      const { fields } = description;
      this.columns?.set(
        this.name,
        fields.map(({ name, dataTypeID }) => ({ name, parse: types.getTypeParser(dataTypeID, 'text') })),
      );
    }

    override handleDataRow(data: DataRow): void {
      if (this.known === undefined) return super.handleDataRow(data);
      const row: Record<string, unknown> = {};
      this.known.forEach(({ name, parse }, index) => {
        const value = data.fields[index] ?? null;
        row[name] = value === null ? null : parse(value);
      });
      this._result.rows.push(row);
    }
  };
}
