import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, limit, Outside } from '../e2e/chat/outside';
import { eventually } from '../harness/eventually';
import { faultsIn } from '../harness/invariants';
import { openDb, type OpenDb } from '../harness/open-db';
import { says, startUpstream, type Upstream } from '../harness/upstream';

/** A disk of a few MB, which only the machine's owner may make. */
class SmallDisk {
  private constructor(readonly path: string) {}

  static async make(megabytes: number): Promise<SmallDisk | undefined> {
    const path = await mkdtemp(join(tmpdir(), 'small-disk-'));
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]).status === 0)
      return new SmallDisk(path);
    await rm(path, { recursive: true });
    return undefined;
  }

  /** To the last byte. */
  async fill(): Promise<void> {
    const { bavail, bsize } = await statfs(this.path);
    await writeFile(join(this.path, 'ballast'), Buffer.alloc(bavail * bsize));
  }

  free(): Promise<void> {
    return rm(join(this.path, 'ballast'));
  }

  async remove(): Promise<void> {
    spawnSync('umount', ['-l', this.path]);
    await rm(this.path, { recursive: true });
  }
}

let upstream: Upstream;
let disk: SmallDisk | undefined;
let server: Outside;
let tables: OpenDb;
let alice: Client;

beforeAll(async () => {
  upstream = await startUpstream();
  disk = await SmallDisk.make(6);
  // One server for all of it: its database, uploads and log are on the same disk.
  if (disk === undefined) return;
  const database = { url: `sqlite:///${join(disk.path, 'chat.db')}`, drop: () => Promise.resolve() };
  server = await Outside.start(database, upstream, {
    UPLOAD_DIR: join(disk.path, 'uploads'),
    LOG_FILE: join(disk.path, 'api.log'),
    LOG_LEVEL: 'info',
  });
  tables = await openDb(database.url);
  alice = await server.register();
  await limit(tables.db, alice, {});
}, 60_000);
afterAll(async () => {
  await upstream.close();
  if (disk === undefined) return;
  await tables.close();
  await server.server.dispose();
  await disk.remove();
});

/** Where no small disk may be made, it says so and passes. */
function onSmallDisk(name: string, run: (small: SmallDisk) => Promise<void>): void {
  it(
    name,
    async () => {
      if (disk === undefined) return console.warn(`not tried, since no disk could be mounted here: ${name}`);
      upstream.otherwise(says('All', ' of it'));
      await run(disk);
      expect((await server.send(alice, await server.begin(alice), { content: 'Hi' })).status).toBe(201);
      expect(await faultsIn(tables.db)).toEqual([]);
    },
    60_000,
  );
}

async function upload(bytes: number): Promise<number> {
  const form = new FormData();
  form.append('file', new Blob(['x'.repeat(bytes)]), 'notes.txt');
  const url = `${server.server.baseUrl}/api/v1/files`;
  return (await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${alice.token}` }, body: form })).status;
}

onSmallDisk('a database on a disk that is full: told, alive, and whole when there is room again', async (small) => {
  const conversation = await server.begin(alice);
  const kept = await server.send(alice, conversation, { content: 'kept' });
  await small.fill();
  const refused: string[] = [];
  await eventually(async () => {
    const { status, body } = await server.send(alice, conversation, { content: 'x'.repeat(9_000) });
    if (status === 201) return false;
    refused.push(`${status} ${body.error.code}`);
    return refused.length >= 5;
  }, 30_000);
  expect([...new Set(refused)]).toEqual(['503 DATABASE_ERROR']);
  expect((await fetch(`${server.server.baseUrl}/health/live`)).status).toBe(200);
  const read = await server.ask('GET', `messages/${kept.body.data.assistant_message?.id}`, alice);
  expect(read.body.data).toMatchObject({ content: 'All of it', status: 'complete' });
  await small.free();
});

onSmallDisk('a disk that fills while an answer is written: its end waits for room', async (small) => {
  const gate = upstream.gate();
  upstream.otherwise(says('x'.repeat(300_000), gate, '!'));
  const stream = await server.stream(alice, await server.begin(alice), { content: 'Hi' });
  await stream.next();
  await small.fill();
  gate.open();
  setTimeout(() => void small.free(), 2_000);
  const events = await stream.rest();
  expect(events.at(-1)?.data).toMatchObject({ type: 'end', status: 'complete' });
});

onSmallDisk(
  'an upload that the disk has no room for: refused, and neither a row nor a byte of it stays',
  async (small) => {
    const rows = async () => (await tables.db.query('SELECT id FROM files')).length;
    expect(await upload(9_000_000)).toBe(503);
    expect(await rows()).toBe(0);
    expect(await readdir(join(small.path, 'uploads/incoming'))).toEqual([]);
    expect(await upload(1_000)).toBe(201);
    expect(await rows()).toBe(1);
  },
);

onSmallDisk('a log whose disk is full: everybody is served all the same', async (small) => {
  await small.fill();
  await Promise.all(
    Array.from({ length: 200 }, () => fetch(`${server.server.baseUrl}/nowhere`).then(({ status }) => status)),
  );
  expect((await fetch(`${server.server.baseUrl}/health/live`)).status).toBe(200);
  expect((await server.ask('GET', 'conversations', alice)).status).toBe(200);
  await small.free();
});
