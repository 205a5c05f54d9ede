import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from './environment';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'environment-'));
  process.env.CONFIG_SPEC_A = 'real';
  process.env.CONFIG_SPEC_B = '';
});

afterEach(() => {
  delete process.env.CONFIG_SPEC_A;
  delete process.env.CONFIG_SPEC_B;
  rmSync(directory, { recursive: true });
});

it('is the process environment where there is no .env', () => {
  expect(readEnvironment(directory)).toEqual({ ...process.env });
});

it('adds what .env says, and the real environment wins, also with a blank value', () => {
  writeFileSync(
    join(directory, '.env'),
    '\uFEFFCONFIG_SPEC_C=first\nCONFIG_SPEC_A=file\nCONFIG_SPEC_B=file\n# CONFIG_SPEC_D=no\nCONFIG_SPEC_E="聊 天" # why\r\n',
  );
  expect(readEnvironment(directory)).toEqual({ ...process.env, CONFIG_SPEC_C: 'first', CONFIG_SPEC_E: '聊 天' });
});

it('refuses a .env that it cannot read', () => {
  mkdirSync(join(directory, '.env'));
  expect(() => readEnvironment(directory)).toThrow('.env cannot be read as UTF-8 text (EISDIR)');
});

it('refuses a .env in another encoding rather than miss what it says', () => {
  writeFileSync(join(directory, '.env'), '\uFEFFPORT=9000', 'utf16le');
  expect(() => readEnvironment(directory)).toThrow('.env cannot be read as UTF-8 text');
});
