import { DefaultNamingStrategy, type Table } from 'typeorm';

/** Properties are camelCase, columns snake_case; constraints carry the names that migrations give them. */
export class SnakeCaseNames extends DefaultNamingStrategy {
  override columnName(property: string, custom: string | undefined, prefixes: string[]): string {
    return [...prefixes, custom ?? property].map(snakeCase).join('_');
  }

  override primaryKeyName(table: Table | string): string {
    return `pk_${this.tableOf(table)}`;
  }

  override uniqueConstraintName(table: Table | string, columns: string[]): string {
    return uniqueName(this.tableOf(table), columns);
  }

  override indexName(table: Table | string, columns: string[]): string {
    return ['ix', this.tableOf(table), ...columns].join('_');
  }

  override foreignKeyName(table: Table | string, columns: string[]): string {
    return ['fk', this.tableOf(table), ...columns].join('_');
  }

  override joinColumnName(relation: string, column: string): string {
    return snakeCase(`${relation}_${column}`);
  }

  /** SQLite changes a table by building it anew under another name, which its constraints must not take over. */
  private tableOf(table: Table | string): string {
    const name = this.getTableName(table).split('.').at(-1) ?? '';
    return name.replace(/^temporary_/, '');
  }
}

export function uniqueName(table: string, columns: readonly string[]): string {
  return ['uq', table, ...columns].join('_');
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
