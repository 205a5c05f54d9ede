const rooms = require('./test/architecture/rooms.json');

const ourCode = '^(apps|libs|migrations)/|^ormconfig\\.ts$';
const spec = '\\.spec\\.ts$';
const inRoom = (room) => `^${room.replace('*', '[^/]+')}/`;

/** Matches whole families: `socket\.io` is socket.io-client as well. */
const packages = (...names) => `(^|node_modules/)(@types/)?(${names.join('|')})\\b`;
const protocols = [
  ...['express', 'body-parser', 'cookie-parser', 'cors', 'multer', 'compression', 'helmet', 'pino-http', 'passport'],
  ...['ws', 'engine\\.io', 'socket\\.io', '@socket\\.io', '@grpc', 'protobufjs'],
  '@nestjs/(platform|swagger|websockets|microservices|passport|throttler|terminus)',
];

/** A room may import itself and what the table grants; of `apps/api/src/compat/*` each folder is a room of its own. */
const roomRule = ([room, granted]) => ({
  name: `room: ${room}`,
  severity: 'error',
  from: { path: `^(${room.replace('*', '[^/]+')})/` },
  to: { path: '^(apps|libs|migrations)/', pathNot: ['^$1/', ...granted.map(inRoom)] },
});

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(roomRule),

    rule(
      'listed-rooms',
      'A new room starts with its row in test/architecture/rooms.json.',
      { path: '^(apps|libs)/', pathNot: [...Object.keys(rooms).map(inRoom), '^apps/api/(src/)?[^/]+$'] },
      {},
    ),
    rule(
      'doors',
      'A lib is entered through src/index.ts alone, as #name.',
      { path: '^(?:libs/)?([^/]+)' },
      { path: '^libs/', pathNot: ['^libs/$1/', '^libs/[^/]+/src/index\\.ts$'] },
    ),
    rule(
      'no-cycles',
      'Whoever needs each other belongs together, or one of them asks for too much.',
      {},
      { circular: true },
    ),
    rule(
      'no-drawers',
      'A thing lives where its name says, and nothing is called common.',
      { path: '^(apps|libs)/' },
      { path: '/(common|shared|utils?|helpers?)(/|\\.ts$)', pathNot: 'node_modules' },
    ),
    rule(
      'one-list-of-modules',
      'Only app.module.ts lists all modules, so that a transport goes with its folder and one line.',
      { path: '^apps/api/(src/)?[^/]+$', pathNot: '^apps/api/src/app\\.module\\.ts$' },
      { path: '^apps/api/src/.+/[^/]+\\.module\\.ts$' },
    ),
    rule(
      'product-without-tests',
      'What is served needs no tests, scripts or benchmarks.',
      { path: ourCode, pathNot: spec },
      { path: `^(test|scripts|bench)/|${spec}` },
    ),
    rule(
      'declared-packages',
      'What is served is installed without devDependencies and without luck.',
      { path: ourCode, pathNot: spec },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'kernel-without-packages',
      'The words everyone uses depend on nothing.',
      { path: '^libs/kernel/', pathNot: spec },
      { dependencyTypes: ['npm'] },
    ),
    rule(
      'migrations-alone',
      'A migration outlives the code it was written beside.',
      { path: '^migrations/' },
      { pathNot: ['^(apps|libs|migrations|test|scripts|bench)/', packages('typeorm')] },
    ),
    rule(
      'typeorm-at-the-tables',
      'Rows and queries stay in entities, repositories and platform/database.',
      { path: '^(apps|libs)/', pathNot: ['\\.(entity|repository|module)\\.ts$', '^libs/platform/src/database/', spec] },
      { path: packages('typeorm', '@nestjs/typeorm') },
    ),
    rule(
      'openai-in-adapters',
      'The rest of the house knows LanguageModel.',
      { path: '^(apps|libs)/', pathNot: ['^libs/llm/src/adapters/', spec] },
      { path: packages('openai') },
    ),
    rule(
      'libs-know-no-protocol',
      'libs = what the product does; apps = how the world reaches it.',
      { path: '^libs/' },
      {
        path: packages(...protocols),
      },
    ),
    rule('everything-resolves', 'What the tool cannot find, it cannot judge.', {}, { couldNotResolve: true }),
    rule(
      'no-orphans',
      'A file that nobody imports and that imports nobody is left over.',
      {
        orphan: true,
        path: '^(apps|libs)/',
        pathNot: '\\.(spec|d)\\.ts$',
      },
      {},
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data|coverage)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
