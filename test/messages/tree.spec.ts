import fc from 'fast-check';
import type { Actor } from '#kernel';
import { faultsOf, storedTree } from './stored-tree';
import { MODEL, saying, Talk } from './talk';
import { type ModelMessage, TreeModel } from './tree-model';
import { append } from './append-turn';

let talk: Talk;
let alice: Actor;

beforeAll(async () => {
  talk = await Talk.start();
  alice = await talk.someone();
});
afterAll(() => talk.close());

const kinds = [
  'turn',
  'turn below',
  'beginning',
  'system',
  'sibling',
  'edited',
  'delete',
  'activate',
  'edit',
  'finish',
];

interface Step {
  readonly kind: (typeof kinds)[number];
  /** Which message, of those there are. */
  readonly pick: number;
}

const steps = fc.array(fc.record({ kind: fc.constantFrom(...kinds), pick: fc.nat(1_000) }), { maxLength: 30 });

/** A conversation in the database and the same in the model. */
class Twin {
  readonly model = new TreeModel();

  constructor(private readonly id: string) {}

  async take({ kind, pick }: Step, number: number): Promise<void> {
    const message = this.model.messages[pick % Math.max(this.model.messages.length, 1)];
    const text = `text ${number}`;
    if (kind === 'turn') return this.turn(text, undefined);
    if (kind === 'beginning') return this.turn(text, null);
    if (kind === 'system') return this.system(text);
    if (message === undefined) return;
    await this.takeWith(message, kind, text);
  }

  private async takeWith(message: ModelMessage, kind: Step['kind'], text: string): Promise<void> {
    const { id, role, parentId, streaming } = message;
    switch (kind) {
      case 'turn below':
        return this.turn(text, id);
      case 'sibling':
        if (role !== 'assistant') return expect(this.sibling(message)).rejects.toMatchObject({ kind: 'invalid' });
        return parentId === null ? undefined : this.sibling(message);
      case 'edited':
        return role === 'user' ? this.edited(message, text) : undefined;
      case 'activate':
        await talk.changes.activate(alice, id);
        return this.model.activate(message);
      case 'finish':
        return this.finish(message, text);
      case 'delete':
        if (streaming) return expect(talk.changes.delete(alice, id)).rejects.toMatchObject({ kind: 'conflict' });
        await talk.changes.delete(alice, id);
        return this.model.delete(message);
      case 'edit':
        if (streaming)
          return expect(talk.changes.edit(alice, id, saying(text))).rejects.toMatchObject({ kind: 'conflict' });
        await talk.changes.edit(alice, id, saying(text));
        message.content = text;
    }
  }

  private async finish(message: ModelMessage, content: string): Promise<void> {
    const stored = await talk.messages.find(alice, message.id);
    expect(await talk.finish(alice, this.id, stored, { content })).toBe(message.streaming);
    if (message.streaming) Object.assign(message, { content, streaming: false });
  }

  /** As whoever begins a turn does: two never run in one conversation. */
  private async endRunning(): Promise<void> {
    const running = this.model.messages.find(({ streaming }) => streaming);
    if (running !== undefined) await this.finish(running, 'as far as it came');
  }

  private async turn(content: string, parentId: string | null | undefined): Promise<void> {
    await this.endRunning();
    const { userMessage, assistantMessage } = await talk.open(alice, this.id, content, parentId);
    this.model.append(parentId, { id: userMessage.id, role: 'user', content, streaming: false });
    this.appendAnswer(undefined, assistantMessage.id);
  }

  private async system(content: string): Promise<void> {
    const { id } = await talk.inThread(alice, this.id, (tx, thread) =>
      talk.tree.appendSystemMessage(tx, thread, { content, tokensUsed: 1 }),
    );
    this.model.append(undefined, { id, role: 'system', content, streaming: false });
  }

  private async sibling({ id, parentId }: ModelMessage): Promise<void> {
    await this.endRunning();
    const { assistantMessage } = await talk.inThread(alice, this.id, (tx, thread) =>
      append(talk.tree, tx, thread, talk.tree.placeSibling(tx, thread, id, MODEL)),
    );
    this.appendAnswer(parentId, assistantMessage.id);
  }

  private async edited({ id, parentId }: ModelMessage, content: string): Promise<void> {
    await this.endRunning();
    const turn = { content, tokensUsed: 1, model: MODEL };
    const { userMessage, assistantMessage } = await talk.inThread(alice, this.id, (tx, thread) =>
      append(talk.tree, tx, thread, talk.tree.placeAfterEdit(tx, thread, id, turn)),
    );
    this.model.append(parentId, { id: userMessage.id, role: 'user', content, streaming: false });
    this.appendAnswer(undefined, assistantMessage.id);
  }

  private appendAnswer(parentId: string | null | undefined, id: string): void {
    this.model.append(parentId, { id, role: 'assistant', content: '', streaming: true });
  }
}

it('is after any steps what the model is, and without fault', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const id = await talk.begin(alice);
      const twin = new Twin(id);
      for (const [number, step] of taken.entries()) {
        await twin.take(step, number);
        const stored = await storedTree(talk.db, id);
        expect(faultsOf(stored)).toEqual([]);
        const messages = stored.messages.map((message) => ({ ...message, isActive: Boolean(message.isActive) }));
        expect({ ...stored, messages }).toEqual(twin.model.state());
      }
    }),
    { numRuns: 40 },
  );
}, 120_000);
