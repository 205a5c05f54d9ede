import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from './database.mjs';
import { Server } from './server.mjs';

/** A server on an empty database of its own, and where that is, to be filled; `close` leaves nothing of either. */
export async function loneServer(engine, upstream) {
  const directory = mkdtempSync(join(tmpdir(), 'chatgpt-backend-bench-'));
  const database =
    engine === 'postgres'
      ? await createDatabase()
      : { url: 'sqlite:///./bench.db', file: join(directory, 'bench.db'), drop: () => undefined };
  const server = await Server.start({ databaseUrl: database.url, upstreamPort: upstream.port, directory });
  const close = async () => {
    await server.stop();
    await database.drop();
    rmSync(directory, { recursive: true });
  };
  return { server, database, close };
}
