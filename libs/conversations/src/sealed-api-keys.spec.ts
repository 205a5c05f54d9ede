import { randomBytes } from 'node:crypto';
import { newId } from '#kernel';
import { reseal, Sealer } from '#platform';
import { startConversationServices } from '../../../test/conversations/conversation-services';
import { ConversationEntity } from './conversation.entity';
import { sealedApiKeys } from './sealed-api-keys';

const COUNT = 501;

it('are sealed anew, in batches, once, by however many at a time; one that no key opens stays as it is', async () => {
  const services = await startConversationServices();
  const { userId } = await services.signUp('alice');
  const [old, current, gone] = [randomBytes(32), randomBytes(32), randomBytes(32)];
  const now = services.clock.date();
  const row = (key: Buffer | null) => {
    const id = newId();
    const apiKeySealed = key && new Sealer({ keys: [key] }).seal(`sk-${id}`, sealedApiKeys.placeOf(id));
    return { ...{ id, userId, title: '', titleSearch: '', model: 'm', apiKeySealed, createdAt: now, updatedAt: now } };
  };
  const rows = [gone, current, null, ...Array<Buffer>(COUNT).fill(old)].map(row);
  const table = services.db.getRepository(ConversationEntity);
  for (const part of [rows.slice(0, 300), rows.slice(300)]) await table.insert(part);

  const sealer = new Sealer({ keys: [current, old] });
  const both = await Promise.all([1, 2].map(() => reseal(services.db, sealer, sealedApiKeys)));
  expect(both.map(({ resealed }) => resealed).reduce((sum, count) => sum + count)).toBe(COUNT);
  expect(both.map(({ lost }) => lost)).toEqual([1, 1]);
  expect(await reseal(services.db, sealer, sealedApiKeys)).toEqual({ resealed: 0, lost: 1 });

  const withoutOld = new Sealer({ keys: [current] });
  const [lost, ...kept] = rows;
  for (const { id, apiKeySealed } of await table.findBy({ userId })) {
    if (id === lost?.id) expect(apiKeySealed).toBe(lost.apiKeySealed);
    else if (apiKeySealed !== null) expect(withoutOld.open(apiKeySealed, sealedApiKeys.placeOf(id))).toBe(`sk-${id}`);
    else expect(id).toBe(kept[1]?.id);
  }
  await services.close();
});
