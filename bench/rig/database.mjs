import pg from 'pg';

/** As scripts/test-services.mjs has it. */
const url = process.env.TEST_POSTGRES_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';

export async function connected(to, work) {
  const client = new pg.Client({ connectionString: to, connectionTimeoutMillis: 3000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export const LIFT_QUOTA = `
  UPDATE plans SET daily_requests = 1e9, monthly_requests = 1e9, daily_tokens = 1e12, monthly_tokens = 1e12`;

/** Why there is none; undefined: there is one. */
export const whyNoPostgres = () =>
  connected(url, async () => undefined).catch(
    (error) => `no PostgreSQL answers (${error.code ?? error.message}); TEST_POSTGRES_URL says where one is`,
  );

/** An empty database for this run alone. */
export async function createDatabase() {
  const name = `cgb_bench_${process.pid}_${Date.now().toString(36)}`;
  await connected(url, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`));
  const ours = new URL(url);
  ours.pathname = `/${name}`;
  return {
    url: ours.href,
    /** Of the users to come no quota is used up, but it is counted. */
    liftQuota: () => connected(ours.href, (client) => client.query(LIFT_QUOTA)),
    drop: () => connected(url, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}
