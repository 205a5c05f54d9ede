import { sealedApiKeys } from '#conversations';
import { Db, reseal, Sealer } from '#platform';
import { sealedShareTokens } from '#sharing';
import type { Command } from '../command';
import { withDatabase } from '../database';

/** All that lies sealed; keys-reseal.spec.ts knows of any other. */
export const sealedColumns = [sealedApiKeys, sealedShareTokens];

export const keysReseal: Command = {
  name: 'keys reseal',
  summary: 'encrypt anew, by ENCRYPTION_KEY, what ENCRYPTION_KEYS_OLD encrypted; they are needed no longer then',
  run: () =>
    withDatabase(async ({ config, dataSource }) => {
      const sealer = new Sealer(config.encryption);
      for (const sealed of sealedColumns) {
        const { resealed, lost } = await reseal(new Db(dataSource.manager), sealer, sealed);
        console.log(`${sealed.table}.${sealed.column}: ${resealed} encrypted anew, ${lost} opened by none of the keys`);
        if (lost > 0) process.exitCode = 1;
      }
    }),
};
