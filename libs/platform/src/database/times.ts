/** How SQLite keeps a time: UTC, sorts as text, keeps milliseconds; TypeORM writes and reads the same. */
export function sqliteTime(date: Date): string {
  return date.toISOString().replace('T', ' ').slice(0, -1);
}

/** A time as written SQL answers it: text on SQLite, a Date elsewhere. */
export function timeOf(value: Date | string): Date {
  return typeof value === 'string' ? new Date(`${value.replace(' ', 'T')}Z`) : value;
}
