import type { Variable } from './variable';
import { sections } from './variables/table';

const HEADER = [
  '# Every variable the server reads, with its default or an example. Copy this file to .env and uncomment what you change;',
  '# the real environment wins over .env. Blanks around a value are dropped, and a blank value counts as none.',
  '# Made by `npm run generate` from libs/platform/src/config/variables: edit there.',
];

export function renderEnvExample(): string {
  const rendered = Object.entries(sections).map(([title, section]) =>
    [`# === ${title} ===`, ...Object.entries(section).map(([name, variable]) => render(name, variable))].join('\n\n'),
  );
  return [HEADER.join('\n'), ...rendered].join('\n\n') + '\n';
}

function render(name: string, variable: Variable): string {
  const unset = variable.unset === undefined ? '' : `\n# Unset: ${variable.unset}.`;
  return `# ${variable.doc}${unset}\n#${name}=${variable.fallback ?? variable.example ?? ''}`;
}
