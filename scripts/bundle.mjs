import { readFile, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, relative } from 'node:path';
import { build } from 'esbuild';

const ENTRY = 'dist/apps/api/src/main.js';
const BUNDLE = 'dist/apps/api/main.js';

/** They hold machine code, or files that they look for beside themselves. */
const left = ['@node-rs/argon2', 'sharp', 'swagger-ui-dist'];

const isNamed = (names, path) => names.some((name) => path === name || path.startsWith(`${name}/`));

/**
 * What is left where it was installed: what we import only when it is needed, so that a start does not read it, and what
 * is not installed at all because nobody uses it.
 */
const leaveOut = {
  name: 'leave out',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./#]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (pluginData === leaveOut || isNamed(builtinModules, path.replace(/^node:/, ''))) return;
      const isOurs = !importer.includes('node_modules');
      const isLater = kind === 'dynamic-import' || kind === 'require-resolve';
      if (isNamed(left, path) || (isLater && isOurs)) return { path, external: true };
      const { errors } = await resolve(path, { kind, importer, resolveDir, pluginData: leaveOut });
      return errors.length > 0 ? { path, external: true } : undefined;
    });
  },
};

/** Files are found where they are, not beside the bundle, and packages that Nest asks for only when it runs are the bundle's. */
const keepPlaces = {
  name: 'keep places',
  setup({ onLoad }) {
    onLoad({ filter: /\.[cm]?js$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      const place = JSON.stringify(relative(dirname(BUNDLE), dirname(path)));
      return {
        contents: code
          .replace(/^const require = createRequire\(import\.meta\.url\);$/m, '')
          .replace(/(?<![\w$.])__dirname(?![\w$])/g, `require('node:path').join(__dirname, ${place})`),
      };
    });
  },
};

const { outputFiles } = await build({
  entryPoints: [ENTRY],
  outfile: BUNDLE,
  allowOverwrite: true,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Errors, metrics and messages name classes.
  keepNames: true,
  preserveSymlinks: true,
  legalComments: 'none',
  sourcemap: true,
  sourcesContent: false,
  write: false,
  plugins: [leaveOut, keepPlaces],
});

const NAME = 'var __name = (target, value) => __defProp(target, "name", { value, configurable: true });';
const COPY =
  /__defProp\(to, key, \{ get: \(\) => (\w+)\[key\], enumerable: !\(desc = __getOwnPropDesc\(\1, key\)\) \|\| desc\.enumerable \}\);/;

/**
 * Only classes keep their names: a function would be named whenever it is made, by the hundred in each request. What one
 * module has of another is there as it is, without a getter that all of them share, which V8 cannot see through.
 */
function withHelpersOfOurs(text) {
  if (!text.includes(NAME) || !COPY.test(text)) throw new Error('esbuild has other helpers now');
  return text
    .replaceAll('__name(this, ', '__nameClass(this, ')
    .replace(NAME, `var __name = (target) => target; ${NAME.replace('__name', '__nameClass')}`)
    .replace(COPY, '__defProp(to, key, __getOwnPropDesc($1, key));');
}

/**
 * V8 keeps the text, and two bytes of each of its characters as soon as one is beyond Latin-1. esbuild escapes them in
 * strings; what is left stands in comments and in regular expressions, where the escape means the same.
 */
function inAscii(text) {
  if (/\\[^\0-\x7f]|raw`[^`]*[^\0-\x7f]/.test(text))
    throw new Error('a character that cannot be escaped where it stands');
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

for (const { path, text } of outputFiles) {
  await writeFile(path, path.endsWith('.map') ? text : inAscii(withHelpersOfOurs(text)));
}
