import { newId } from '#kernel';
import { type Glance, newGlance } from './glance';
import { RememberedGlances } from './remembered-glances';

const OWNER = newId();

function glanceOf(characters: number): Glance {
  const { thread } = newGlance(OWNER, newId(), 'a-model');
  const message = { id: newId(), parentId: null, role: 'user', attachments: [], tokensUsed: 1 } as const;
  return { thread, newest: [{ ...message, content: 'x'.repeat(characters) }] };
}

let remembered: RememberedGlances;
beforeEach(() => (remembered = new RememberedGlances()));

const take = ({ thread }: Glance, userId = OWNER) => remembered.take(userId, thread.id);

it('is taken once, and by its owner', () => {
  const glance = glanceOf(10);
  remembered.keep(glance);
  expect(take(glance, newId())).toBeUndefined();
  expect(take(glance)).toBe(glance);
  expect(take(glance)).toBeUndefined();
});

it('is what was kept last', () => {
  const glance = glanceOf(10);
  const later = { ...glance, newest: [] };
  remembered.keep(glance);
  remembered.keep(later);
  expect(take(glance)).toBe(later);
});

it('forgets the oldest, and what is too long for it', () => {
  const glances = Array.from({ length: 30 }, () => glanceOf(40_000));
  const long = glanceOf(60_000);
  for (const glance of [...glances, long]) remembered.keep(glance);
  expect(take(long)).toBeUndefined();
  const kept = glances.map((glance) => take(glance) !== undefined);
  expect(kept).toEqual(glances.map((_glance, index) => index >= 6));
});

it('has all of its room again when all is taken', () => {
  for (let round = 0; round < 3; round++) {
    const glances = Array.from({ length: 20 }, () => glanceOf(40_000));
    for (const glance of glances) remembered.keep(glance);
    expect(glances.map((glance) => take(glance))).toEqual(glances);
  }
});
