import { checkFirstAdmin } from '#auth';
import { checkModels } from '#llm';
import { checkFolders, loadConfig, readEnvironment } from '#platform';
import type { Command } from '../command';

export const configCheck: Command = {
  name: 'config check',
  summary: 'read the configuration as the server would, its folders made too, and list all that is wrong',
  run() {
    const { environment, database, redis, llm } = loadConfig(readEnvironment(), [
      checkFolders,
      checkFirstAdmin,
      checkModels,
    ]);
    console.log(
      `The configuration is valid: ${environment}, ${database.engine}, ${redis ? 'Redis' : 'memory'}, ${llm.provider}.`,
    );
    return Promise.resolve();
  },
};
