import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { renderEnvExample } from './env-example';
import { loadConfig } from './load-config';
import { variables } from './variables/table';

const keys = { SECRET_KEY: 'k', ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64') };

it('is what the repository holds', () => {
  const committed = readFileSync(join(__dirname, '../../../../.env.example'), 'utf8');
  if (committed !== renderEnvExample()) {
    throw new Error('.env.example no longer tells what the variables are: run `npm run generate` and commit it.');
  }
});

it('changes nothing when it is copied as it is', () => {
  expect(parseEnv(renderEnvExample())).toEqual({});
});

it('lists every variable, each with a value that is good', () => {
  const uncommented = parseEnv(renderEnvExample().replace(/^#(?=[A-Z_0-9]+=)/gm, ''));
  expect(Object.keys(uncommented).sort()).toEqual(Object.keys(variables).sort());
  const secrets = {
    OPENAI_API_KEY: 'sk-x',
    ADMIN_PASSWORD: 'correct horse',
    S3_BUCKET: 'b',
    S3_ACCESS_KEY_ID: 'a',
    S3_SECRET_ACCESS_KEY: 's',
  };
  expect(() => loadConfig({ ...uncommented, ...secrets, ...keys })).not.toThrow();
});
