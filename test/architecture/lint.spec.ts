import { join, relative } from 'node:path';
import { plantTree, repository, runForJson, uproot, type Sources } from './planted-tree';

type FileReport = Readonly<{ filePath: string; messages: readonly { ruleId: string | null; message: string }[] }>;

const injected = `import { Injectable } from '@nestjs/common';
import { Clock } from './clock';

@Injectable()
export class Diary {
  constructor(private readonly clock: Clock) {}
  today(): number {
    return this.clock.now();
  }
}
`;

const clean: Sources = {
  'libs/users/src/clock.ts': 'export abstract class Clock {\n  abstract now(): number;\n}\n',
  'libs/users/src/diary.service.ts': injected,
  'libs/users/src/index.ts': "export { Clock } from './clock';\nexport { Diary } from './diary.service';\n",
  'libs/platform/src/config/environment.ts': 'export const port = process.env.PORT;\n',
  'apps/cli/src/main.ts': "console.log('done');\n",
  'apps/api/src/http/users.controller.ts':
    "import { Controller, NotFoundException } from '@nestjs/common';\n@Controller()\nexport class UsersController {\n  gone = new NotFoundException();\n}\n",
  'test/harness/database.ts': 'export const url = process.env.TEST_DATABASE_URL;\n',
  'libs/users/src/diary.spec.ts': "export const body = (JSON.parse('{}') as { user: unknown }).user;\n",
};

/** Rule, the file that breaks it, its source. */
const plants: readonly (readonly [rule: string, file: string, source: string])[] = [
  ['@typescript-eslint/no-floating-promises', 'apps/api/src/float.ts', 'Promise.resolve(1);\n'],
  [
    '@typescript-eslint/no-misused-promises',
    'libs/chat/src/misused.ts',
    'export const later = (list: number[]) => list.forEach(async (n) => Promise.resolve(n));\n',
  ],
  ['@typescript-eslint/no-explicit-any', 'libs/chat/src/any.ts', 'export const any = (x: any): unknown => x;\n'],
  [
    '@typescript-eslint/consistent-type-imports',
    'libs/users/src/plain.ts',
    "import { Clock } from './clock';\nexport const now = (clock: Clock) => clock.now();\n",
  ],
  ['no-restricted-properties', 'libs/chat/src/env.ts', 'export const port = process.env.PORT;\n'],
  ['no-restricted-properties', 'libs/platform/src/cache/env.ts', "export const port = process['env'].PORT;\n"],
  ['no-restricted-properties', 'apps/api/src/env.ts', 'export const { env } = process;\n'],
  [
    'no-restricted-imports',
    'apps/cli/src/env.ts',
    "import { env } from 'node:process';\nexport const port = env.PORT;\n",
  ],
  ['no-restricted-imports', 'libs/chat/src/http.ts', "export { NotFoundException } from '@nestjs/common';\n"],
  ['no-restricted-imports', 'libs/chat/src/route.ts', "export { Controller } from '@nestjs/common';\n"],
  ['no-restricted-syntax', 'libs/chat/src/index.ts', "export * from './env';\n"],
  ['no-restricted-syntax', 'libs/chat/src/default.ts', 'export default class Chat {}\n'],
  ['no-restricted-syntax', 'libs/chat/src/as-default.ts', 'const chat = 1;\nexport { chat as default };\n'],
  [
    'no-restricted-syntax',
    'libs/chat/src/forward.ts',
    "import { forwardRef } from '@nestjs/common';\nforwardRef(() => 1);\n",
  ],
  ['no-console', 'apps/api/src/print.ts', "console.log('here');\n"],
  ['no-console', 'libs/chat/src/print.ts', "console.error('here');\n"],
];

describe('the linter', () => {
  let root: string;
  let reports: readonly FileReport[];

  beforeAll(async () => {
    root = await plantTree({ ...clean, ...Object.fromEntries(plants.map(([, file, source]) => [file, source])) });
    reports = await runForJson(root, 'eslint/bin/eslint.js', [
      ...['--config', join(repository, 'eslint.config.mjs')],
      ...['--format', 'json', '.'],
    ]);
  }, 30_000);

  afterAll(() => uproot(root));

  const complaintsAbout = (file: string): string[] | undefined =>
    reports
      .find(({ filePath }) => relative(root, filePath) === file)
      ?.messages.map(({ ruleId, message }) => ruleId ?? message);

  it.each(plants)('%s catches %s and no other rule does', (rule, file) => {
    expect(complaintsAbout(file)).toEqual([rule]);
  });

  it.each(Object.keys(clean))('leaves %s alone', (file) => {
    expect(complaintsAbout(file)).toEqual([]);
  });
});
