import type { SealedColumn } from '#platform';

export const sealedApiKeys: SealedColumn = {
  table: 'conversations',
  column: 'api_key_sealed',
  placeOf: (id) => `conversations/${id}/api_key`,
};
