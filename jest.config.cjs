// jest cannot require() ES modules on Node 20, so Nest 12 and its kind are transformed like our own files.
const esmPackages =
  '@nestjs|file-type|strtok3|token-types|uint8array-extras|@tokenizer|@borewit|load-esm|es-toolkit|uid|nodemailer';

const swc = (parser) => [
  '@swc/jest',
  {
    jsc: {
      target: 'es2023',
      parser,
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
  },
];

module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/test', '<rootDir>/scripts'],
  testMatch: ['**/*.spec.ts'],
  moduleNameMapper: { '^#(\\w+)$': '<rootDir>/libs/$1/src/index.ts' },
  globalSetup: '<rootDir>/test/harness/build-once.cjs',
  // Jest would leave one core to the machine; of two that is half.
  maxWorkers: '100%',
  workerIdleMemoryLimit: '1GB',
  testTimeout: 30_000,
  // Whatever a failed test left open does not keep the run from telling its result.
  forceExit: true,
  setupFiles: ['reflect-metadata'],
  transform: {
    '\\.ts$': swc({ syntax: 'typescript', decorators: true }),
    '\\.m?js$': swc({ syntax: 'ecmascript' }),
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmPackages})/)`],
};
