import { createRequire } from 'node:module';

const requirePackage = createRequire(__filename);

/** Version 13 needs Node-API 10 (Node 22.14) and crashes without; version 12 aborts on Node 24: ADR 0007. */
export function loadSqlitePackage(): unknown {
  return requirePackage(Number(process.versions.napi) < 10 ? 'better-sqlite3' : 'better-sqlite3-13');
}
