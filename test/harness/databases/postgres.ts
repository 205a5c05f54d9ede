import type { QueryRunner } from 'typeorm';
import { eventually } from '../eventually';
import { asAdmin, withDatabase } from './admin';
import { migrateAt } from './migrated';
import { isStale, isTemplate, newDatabaseName, newTemplateName } from './names';
import type { TestDatabase } from './test-database';

const LOCK = 7_236_841_002;
const LOCK_LIMIT_MS = 60_000;

export async function createPostgresDatabase(url: string): Promise<TestDatabase> {
  const name = newDatabaseName();
  await asAdmin(url, async (admin) => {
    // Nothing is cloned while someone is connected to the template.
    await eventually(() => locks(admin), LOCK_LIMIT_MS);
    const names = await databaseNames(admin);
    for (const stale of names.filter(isStale)) await drop(admin, stale);
    const template = names.find(isTemplate) ?? newTemplateName();
    if (!names.includes(template)) {
      await admin.query(`CREATE DATABASE ${template} TEMPLATE template0 ENCODING 'UTF8'`);
    }
    await migrateAt(withDatabase(url, template));
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  return { url: withDatabase(url, name), drop: () => asAdmin(url, (admin) => drop(admin, name)) };
}

async function locks(admin: QueryRunner): Promise<boolean> {
  const [row] = await admin.query(`SELECT pg_try_advisory_lock(${LOCK}) AS locked`);
  return row.locked;
}

async function databaseNames(admin: QueryRunner): Promise<string[]> {
  const rows: { name: string }[] = await admin.query('SELECT datname AS name FROM pg_database');
  return rows.map(({ name }) => name);
}

async function drop(admin: QueryRunner, name: string): Promise<void> {
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}
