import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const typescript = ['**/*.ts'];
const scripts = ['**/*.{js,mjs,cjs}'];
const libs = ['libs/**/*.ts'];
const tests = ['**/*.spec.ts', 'test/**/*.ts'];
const tools = ['scripts/**/*.ts', 'bench/**/*.ts'];

const environment = 'Only platform/config reads the environment; a service is handed its section of the configuration.';
const processModule = ['process', 'node:process'].map((name) => ({ name, message: environment }));

const httpOfNest = {
  group: ['@nestjs/common'],
  importNamePattern:
    'Exception$|^(Controller|Http.+|Req|Request|Res|Response|Get|Post|Put|Patch|Delete|Sse|Body|Query|Param|Headers?|StreamableFile)$',
  message: 'Nothing under libs knows HTTP: throw an AppError, and leave the route to apps.',
};

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'data/', 'docs/generated/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  {
    files: typescript,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Leaves files with decorators alone, where an import of a type may be what injection needs at run time.
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'A door names what it lets out: no `export *`.' },
        {
          selector: 'ExportDefaultDeclaration, TSExportAssignment, ExportSpecifier[exported.name="default"]',
          message: 'A thing has one name everywhere: no default exports.',
        },
        {
          selector: 'ImportSpecifier[imported.name="forwardRef"], MemberExpression[property.name="forwardRef"]',
          message: 'Whoever needs each other belongs together, or one of them asks for too much: no forwardRef.',
        },
      ],
      // The compiler reports these already.
      '@typescript-eslint/no-unused-vars': 'off',
      // A method may be async because its port is.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: typescript,
    ignores: [...tests, ...tools, 'libs/platform/src/config/**'],
    rules: {
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: environment }],
      'no-restricted-imports': ['error', { paths: processModule }],
    },
  },
  {
    files: libs,
    ignores: tests,
    rules: { 'no-restricted-imports': ['error', { paths: processModule, patterns: [httpOfNest] }] },
  },
  {
    files: [...libs, 'apps/api/**/*.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    // Tests read answers whose shape is what they check.
    files: tests,
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },

  {
    files: scripts,
    rules: { 'no-unused-vars': 'error', 'no-var': 'error', 'prefer-const': 'error' },
  },
);
