import type { SealedColumn } from '#platform';

export const sealedShareTokens: SealedColumn = {
  table: 'shares',
  column: 'token_sealed',
  placeOf: (id) => `shares/${id}/token`,
};
