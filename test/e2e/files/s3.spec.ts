import { FileCollection } from '#files';
import { picture, upload, uploaded } from '../../factories/uploads';
import { type Person, register } from '../../factories/people';
import { eventually } from '../../harness/eventually';
import { outcome, type Reply } from '../../harness/reply';
import { S3Server } from '../../harness/s3-server';
import { startApp, type TestApp } from '../../harness/start-app';

let s3: S3Server;
let app: TestApp;
let alice: Person;
beforeAll(async () => {
  s3 = await S3Server.start('the-secret');
  app = await startApp({
    environment: {
      ...{ S3_ENDPOINT: s3.endpoint, S3_BUCKET: 'uploads', S3_REGION: 'eu-central-1', S3_FORCE_PATH_STYLE: 'true' },
      ...{ S3_ACCESS_KEY_ID: 'us', S3_SECRET_ACCESS_KEY: 'the-secret' },
    },
  });
  alice = await register(app);
});
afterAll(async () => {
  await app.stop();
  await s3.close();
});
afterEach(() => (s3.failWith = undefined));

const content = (id: string, headers: Record<string, string> = {}) =>
  fetch(`${app.baseUrl}/api/v1/files/${id}/content`, {
    headers: { authorization: `Bearer ${alice.token}`, ...headers },
  });

it('keeps files in the bucket, serves them and ranges of them, and takes them away', async () => {
  const { id, size } = await uploaded(app, alice, { bytes: await picture('png', 300, 200) });
  expect([...s3.objects.keys()]).toEqual([`/uploads/${id}`]);
  const whole = Buffer.from(await (await content(id)).arrayBuffer());
  expect(whole.equals(s3.objects.get(`/uploads/${id}`) ?? Buffer.alloc(0))).toBe(true);
  expect(whole.length).toBe(size);
  const part = await content(id, { range: 'bytes=1-3' });
  expect([part.status, await part.text()]).toEqual([206, 'PNG']);
  await app.api.delete(`/api/v1/files/${id}`, undefined, { token: alice.token });
  await eventually(() => s3.objects.size === 0);
  expect(s3.refusals).toEqual([]);
});

it.each([500, 403, 307])(
  'refuses an upload that the bucket answers with %d, of which nothing stays',
  async (status) => {
    s3.failWith = status;
    expect(outcome(await upload(app, alice, { bytes: 'hello' }))).toBe('503 SERVICE_UNAVAILABLE');
    expect(s3.objects.size).toBe(0);
  },
);

it('says that a file cannot be had now, or never again', async () => {
  const { id } = await uploaded(app, alice, { bytes: 'hello' });
  s3.failWith = 500;
  expect((await content(id)).status).toBe(503);
  s3.failWith = undefined;
  s3.objects.clear();
  expect((await content(id)).status).toBe(404);
});

it('takes what an account has left later, where the bucket cannot now', async () => {
  const person = await register(app);
  const { id } = await uploaded(app, person, { bytes: 'left behind' });
  const { password, token } = person;
  s3.failWith = 500;
  expect((await app.api.delete<Reply>('/api/v1/users/me', { password }, { token })).status).toBe(200);
  s3.failWith = undefined;
  expect(s3.objects.has(`/uploads/${id}`)).toBe(true);
  app.clock.advance(3_600_001);
  await app.nest.get(FileCollection).collect();
  expect(s3.objects.has(`/uploads/${id}`)).toBe(false);
});
