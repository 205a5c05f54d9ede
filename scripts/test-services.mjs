import { spawnSync } from 'node:child_process';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { createClient } from 'redis';

const services = {
  postgres: {
    name: 'PostgreSQL',
    variable: 'TEST_POSTGRES_URL',
    url: 'postgresql://postgres@127.0.0.1:5432/postgres',
    start: 'docker run -d -p 5432:5432 -e POSTGRES_HOST_AUTH_METHOD=trust postgres:17',
    connect: async (url) => {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000 });
      await client.connect();
      await client.end();
    },
  },
  mariadb: {
    name: 'MariaDB',
    variable: 'TEST_MARIADB_URL',
    url: 'mysql://root@127.0.0.1:3306/',
    start: 'docker run -d -p 3306:3306 -e MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=1 mariadb:11',
    connect: async (url) => {
      const connection = await mysql.createConnection({ uri: url, connectTimeout: 3000 });
      await connection.end();
    },
  },
  redis: {
    name: 'Redis',
    variable: 'TEST_REDIS_URL',
    url: 'redis://127.0.0.1:6379',
    start: 'docker run -d -p 6379:6379 redis:7',
    connect: async (url) => {
      const client = createClient({ url, socket: { connectTimeout: 3000, reconnectStrategy: false } });
      client.on('error', () => {});
      await client.connect();
      await client.close();
    },
  },
};

const urlOf = ({ variable, url }) => process.env[variable] ?? url;

async function reach(service) {
  const { name, variable, start, connect } = service;
  try {
    await connect(urlOf(service));
    return true;
  } catch (error) {
    const where = process.env[variable] ? variable : `${service.url}, the default of ${variable}`;
    console.error(
      `${name} does not answer (${error.code ?? error.message}) at ${where}. One can be had with\n  ${start}\n`,
    );
    return false;
  }
}

/** What other suites show they show on any database. */
const HARNESS = ['database', 'redis-url', 'redis-server'].map((file) => `test/harness/${file}.ts`);
const SUITES = `jest --findRelatedTests ${HARNESS.join(' ')}`;

function runSuites(database) {
  console.log(`\nThe suites on ${database.name} and ${services.redis.name}`);
  const { status } = spawnSync(SUITES, {
    shell: true,
    stdio: 'inherit',
    env: { ...process.env, TEST_DATABASE_URL: urlOf(database), TEST_REDIS_URL: urlOf(services.redis) },
  });
  return status === 0;
}

const wanted = process.argv.slice(2);
const databases = wanted.length > 0 ? wanted : ['postgres', 'mariadb'];
if (databases.some((name) => name !== 'postgres' && name !== 'mariadb')) {
  console.error('Say `npm run test:services`, or of one database `-- postgres` or `-- mariadb`.');
  process.exit(1);
}
const needed = [...databases.map((name) => services[name]), services.redis];
const reached = await Promise.all(needed.map(reach));
if (reached.includes(false)) process.exit(1);

const passed = databases.map((name) => runSuites(services[name]));
process.exitCode = passed.includes(false) ? 1 : 0;
