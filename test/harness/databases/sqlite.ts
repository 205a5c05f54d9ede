import { copyFile, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateAt } from './migrated';
import { isStale, isTemplate, newDatabaseName, newTemplateName } from './names';
import type { TestDatabase } from './test-database';

export async function createSqliteDatabase(): Promise<TestDatabase> {
  const names = await readdir(tmpdir());
  await Promise.all(names.filter(isStale).map((name) => rm(join(tmpdir(), name), { force: true })));
  const template = names.find(isTemplate) ?? (await makeTemplate());
  const file = `${newDatabaseName()}.db`;
  await copyFile(join(tmpdir(), template), join(tmpdir(), file));
  return { url: urlOf(file), drop: () => drop(file) };
}

async function makeTemplate(): Promise<string> {
  const draft = `${newDatabaseName()}.db`;
  await migrateAt(urlOf(draft));
  const template = `${newTemplateName()}.db`;
  await rename(join(tmpdir(), draft), join(tmpdir(), template));
  return template;
}

async function drop(file: string): Promise<void> {
  await Promise.all(['', '-wal', '-shm'].map((end) => rm(join(tmpdir(), file + end), { force: true })));
}

function urlOf(file: string): string {
  return `sqlite:///${join(tmpdir(), file)}`;
}
