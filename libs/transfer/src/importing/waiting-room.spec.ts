import { WaitingRoom } from './waiting-room';

it('has room for some, and for some of each, until they leave', async () => {
  const room = new WaitingRoom(3, 2);
  const leave: (() => void)[] = [];
  const stay = (who: string) => room.enter(who, () => new Promise<void>((resolve) => leave.push(resolve)));
  const inside = ['alice', 'alice', 'bob'].map(stay);
  await expect(stay('alice')).rejects.toMatchObject({ kind: 'rate_limited', retryAfter: 60 });
  await expect(stay('bob')).rejects.toMatchObject({ kind: 'unavailable', retryAfter: 60 });
  leave.forEach((each) => each());
  await Promise.all(inside);
  await expect(room.enter('alice', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(
    Promise.all(['alice', 'alice'].map((who) => room.enter(who, () => Promise.resolve(who)))),
  ).resolves.toEqual(['alice', 'alice']);
});
