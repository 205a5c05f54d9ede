import 'reflect-metadata';
import type { Command } from './command';
import { configCheck } from './commands/config-check';
import { dbMigrate, dbStatus } from './commands/db';
import { keysReseal } from './commands/keys-reseal';
import { userCreate } from './commands/user-create';
import { userList } from './commands/user-list';
import { userResetPassword } from './commands/user-reset-password';
import { userDemote, userPromote } from './commands/user-roles';

const commands: readonly Command[] = [
  ...[configCheck, dbStatus, dbMigrate, keysReseal],
  ...[userCreate, userList, userPromote, userDemote, userResetPassword],
];

function help(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return ['Usage: npm run cli -- COMMAND', '', 'Commands:', ...rows].join('\n');
}

async function main(words: readonly string[]): Promise<void> {
  if (words.length === 0 || words.includes('--help') || words.includes('-h')) return console.log(help());
  const line = words.join(' ');
  const command = commands.find(({ name }) => line === name || line.startsWith(`${name} `));
  if (command === undefined) throw new Error(`There is no command '${line}'.\n\n${help()}`);
  await command.run(words.slice(command.name.split(' ').length));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
