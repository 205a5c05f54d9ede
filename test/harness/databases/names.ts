import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MIGRATIONS = join(__dirname, '../../../migrations');
const HOUR_S = 3600;

/** A template is kept from run to run, for as long as the migrations are the same. */
const migrationsHash = readdirSync(MIGRATIONS)
  .filter((file) => file.endsWith('.ts'))
  .sort()
  .reduce((hash, file) => hash.update(file).update(readFileSync(join(MIGRATIONS, file))), createHash('sha256'))
  .digest('hex')
  .slice(0, 12);

export function isTemplate(name: string): boolean {
  return name.startsWith(`cgb_test_template_${migrationsHash}_`);
}

export function newTemplateName(): string {
  return `cgb_test_template_${migrationsHash}_${stamp()}`;
}

export function newDatabaseName(): string {
  return `cgb_test_${randomBytes(6).toString('hex')}_${stamp()}`;
}

/** Left over by a run that crashed, or a template for migrations that were changed since. */
export function isStale(name: string): boolean {
  const [, born] = /^cgb_test_\w+_(\d{10})/.exec(name) ?? [];
  return born !== undefined && Number(born) < Number(stamp()) - HOUR_S && !isTemplate(name);
}

function stamp(): string {
  return String(Math.floor(Date.now() / 1000));
}
