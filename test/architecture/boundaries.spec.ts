import { dirname, join, relative } from 'node:path';
import { plantTree, repository, runForJson, uproot, type Sources } from './planted-tree';
import rooms from './rooms.json';

/** [rule, file that breaks it] */
type Violation = readonly [string, string];

interface Cruise {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] };
  };
}

const cruise = (root: string): Promise<Cruise> =>
  runForJson(root, 'dependency-cruiser/bin/dependency-cruise.mjs', [
    ...['--config', join(repository, '.dependency-cruiser.cjs')],
    ...['--output-type', 'json', '.'],
  ]);

const violationsOf = ({ summary }: Cruise): Violation[] =>
  summary.violations.map(({ rule, from }) => [rule.name, from] as const).sort(byText);

const byText = (one: Violation, other: Violation): number => (one.join() < other.join() ? -1 : 1);

const table = Object.entries(rooms).flatMap(([name, grants]) =>
  (name.endsWith('*') ? [name.replace('*', 'openai'), name.replace('*', 'ask')] : [name]).map((folder) => ({
    rule: `room: ${name}`,
    folder,
    door: folder.startsWith('libs/') ? `${folder}/src/index.ts` : `${folder}/door.ts`,
    mayImport: (other: string) => grants.some((granted) => other.startsWith(granted.replace('*', ''))),
  })),
);

const importFrom = (file: string, target: string): string => {
  const [, lib] = /^libs\/(.*)\/src\/index\.ts$/.exec(target) ?? [];
  const path = relative(dirname(file), target).replace(/\.ts$/, '');
  return `import { here } from '${lib ? `#${lib}` : path.startsWith('.') ? path : `./${path}`}';\nexport const there = here;\n`;
};

const doors: Sources = Object.fromEntries(
  table.map(({ door, folder }) => [door, `export const here = '${folder}';\n`]),
);

const meetings = table.flatMap((from) =>
  table
    .filter((to) => to !== from)
    .map((to) => {
      const file = `${from.folder}/${to.folder.replaceAll('/', '-')}.ts`;
      return { rule: from.rule, file, source: importFrom(file, to.door), allowed: from.mayImport(to.folder) };
    }),
);

const sourcesOf = (some: typeof meetings): Sources =>
  Object.fromEntries(some.map(({ file, source }) => [file, source]));

const clean: Sources = {
  ...doors,
  ...sourcesOf(meetings.filter(({ allowed }) => allowed)),
  'libs/kernel/src/index.ts': "export { here } from './here';\n",
  'libs/kernel/src/here.ts': "import { randomUUID } from 'node:crypto';\nexport const here = randomUUID();\n",
  'libs/kernel/src/here.spec.ts': "import 'fast-check';\nimport 'typeorm';\nimport '../../../test/harness/app';\n",
  'libs/platform/src/database/source.ts': "import 'typeorm';\n",
  'libs/platform/src/database/pg.d.ts': "declare module 'pg';\n",
  'libs/users/src/user.entity.ts': "import 'typeorm';\n",
  'libs/users/src/users.repository.ts': "import '@nestjs/typeorm';\nimport './user.entity';\n",
  'libs/users/src/users.module.ts':
    "import '@nestjs/common';\nimport '@nestjs/typeorm';\nimport './users.repository';\n",
  'libs/llm/src/adapters/openai.ts': "import 'openai';\n",
  'apps/api/src/edge/edge.module.ts': "import '@nestjs/swagger';\n",
  'apps/api/src/http/http.module.ts': "import type { Request } from 'express';\nexport type Asked = Request;\n",
  'apps/api/src/app.module.ts':
    "import './edge/edge.module';\nimport './http/http.module';\nimport './compat/ask/door';\nimport './compat/openai/door';\n",
  'apps/api/src/configure-app.ts': "import './edge/door';\nimport './http/door';\nimport './realtime/door';\n",
  'apps/api/src/main.ts': "import './app.module';\nimport './configure-app';\n",
  'apps/api/main.ts': "import './src/main';\n",
  'apps/cli/src/main.ts': "import '../door';\nimport '#users';\n",
  'migrations/0001-first.ts': "import 'typeorm';\nimport './columns';\n",
  'migrations/columns.ts': 'export const id = 1;\n',
  'ormconfig.ts': "import 'typeorm';\nimport '#platform';\n",
  'test/harness/app.ts': "import 'supertest';\nimport '../../apps/api/src/app.module';\nimport '#users';\n",
};

/** Rule, the file that breaks it, its source. */
const plants: readonly (readonly [rule: string, file: string, source: string])[] = [
  ['listed-rooms', 'libs/billing/src/invoice.ts', "import '#kernel';\n"],
  ['listed-rooms', 'apps/worker/main.ts', "import '#kernel';\n"],
  ['listed-rooms', 'apps/api/src/compat/all.ts', "import '../edge/door';\n"],
  ['doors', 'libs/users/src/deep.ts', "import '../../kernel/src/here';\n"],
  ['doors', 'apps/api/src/http/deep.ts', "import type {} from '../../../../libs/users/src/user.entity';\n"],
  ['doors', 'test/e2e/deep.ts', "import '../../libs/users/src/user.entity';\n"],
  ['no-cycles', 'libs/quota/src/egg.ts', "import type { Hen } from './hen';\nexport type Egg = Hen;\n"],
  ['no-drawers', 'libs/quota/src/sum.ts', "import './utils/add';\n"],
  ['no-drawers', 'apps/api/src/edge/sum.ts', "import './common';\n"],
  ['one-list-of-modules', 'apps/api/src/second-list.ts', "import './http/http.module';\n"],
  ['product-without-tests', 'libs/users/src/made-up.ts', "import '../../../test/harness/app';\n"],
  ['product-without-tests', 'migrations/0004-made-up.ts', "import '../test/harness/app';\n"],
  ['product-without-tests', 'apps/api/src/http/made-up.ts', "import '../edge/edge.spec';\n"],
  ['declared-packages', 'apps/api/src/http/lucky.ts', "import 'multer';\n"],
  ['declared-packages', 'libs/files/src/lucky.ts', "import 'fast-check';\n"],
  ['kernel-without-packages', 'libs/kernel/src/heavy.ts', "import '@nestjs/common';\n"],
  ['migrations-alone', 'migrations/0002-second.ts', "import '@nestjs/common';\n"],
  ['migrations-alone', 'migrations/0003-third.ts', "import '../ormconfig';\n"],
  ['typeorm-at-the-tables', 'libs/users/src/users.service.ts', "import type {} from 'typeorm';\n"],
  ['typeorm-at-the-tables', 'libs/platform/src/cache/cache.ts', "import '@nestjs/typeorm';\n"],
  ['typeorm-at-the-tables', 'apps/api/src/http/users.controller.ts', "import 'typeorm';\n"],
  ['openai-in-adapters', 'libs/llm/src/retry.ts', "import 'openai';\n"],
  ['openai-in-adapters', 'apps/api/src/compat/openai/chunk.ts', "import type {} from 'openai/resources';\n"],
  ['libs-know-no-protocol', 'libs/users/src/user.response.ts', "import '@nestjs/swagger';\n"],
  ['libs-know-no-protocol', 'libs/chat/src/answer.ts', "import type {} from 'express';\n"],
  ['libs-know-no-protocol', 'libs/chat/src/push.ts', "import type {} from 'socket.io';\n"],
  ['everything-resolves', 'libs/chat/src/lost.ts', "import '#nowhere';\n"],
  ['no-orphans', 'libs/audit/src/left-over.ts', 'export const unused = 1;\n'],
];

const planted: Sources = {
  ...clean,
  ...sourcesOf(meetings),
  ...Object.fromEntries(plants.map(([, file, source]) => [file, source])),
  'libs/quota/src/hen.ts': "import type { Egg } from './egg';\nexport type Hen = Egg;\n",
  'libs/quota/src/utils/add.ts': 'export {};\n',
  'apps/api/src/edge/common.ts': 'export {};\n',
  'apps/api/src/edge/edge.spec.ts': "import './door';\n",
};

jest.setTimeout(30_000);

describe('the boundaries', () => {
  const trees: string[] = [];
  const cruiseTree = async (sources: Sources): Promise<Cruise> => {
    const root = await plantTree(sources);
    trees.push(root);
    return cruise(root);
  };

  afterAll(() => Promise.all(trees.map(uproot)));

  it('are kept by the real tree', async () => {
    expect(violationsOf(await cruise(repository))).toEqual([]);
  });

  it('leave a tree that keeps to them alone', async () => {
    expect(violationsOf(await cruiseTree(clean))).toEqual([]);
  });

  it('catch every planted violation by its own rule, and no rule goes without a plant', async () => {
    const expected: Violation[] = [
      ...meetings.filter(({ allowed }) => !allowed).map(({ rule, file }) => [rule, file] as const),
      ...plants.map(([rule, file]) => [rule, file] as const),
    ];
    const found = await cruiseTree(planted);
    expect(violationsOf(found)).toEqual(expected.sort(byText));
    expect(new Set(expected.map(([rule]) => rule))).toEqual(
      new Set(found.summary.ruleSetUsed.forbidden.map(({ name }) => name)),
    );
  });
});
