import { loadConfig, readEnvironment } from '#platform';
import type { Command } from '../command';

export const configCheck: Command = {
  name: 'config check',
  summary: 'read the configuration as the server would, and list all that is wrong',
  run() {
    const { environment, database, redis, llm } = loadConfig(readEnvironment());
    console.log(
      `The configuration is valid: ${environment}, ${database.engine}, ${redis ? 'Redis' : 'memory'}, ${llm.provider}.`,
    );
    return Promise.resolve();
  },
};
