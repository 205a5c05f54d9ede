import { newestAtOrBelow, type Node, turningTo } from './branch';

/** `1 2<1 3<2! 4<1`: each its place, after `<` its parent, with `!` if it is active. */
function tree(shape: string): Node[] {
  return shape.split(' ').map((word) => {
    const [, id = '', parent] = /^(\d+)(?:<(\d+))?!?$/.exec(word) ?? [];
    return { id, parentId: parent ?? null, seq: Number(id), isActive: word.endsWith('!') };
  });
}

const NODES = tree('1! 2<1! 3<2! 4<3! 5<3 6<2 7<6 8 9<8 10<4!');
const node = (id: string): Node | undefined => NODES.find((each) => each.id === id);

describe('the newest at or below a message', () => {
  it.each([
    ['a leaf is itself', '7', '7'],
    ['of one child', '6', '7'],
    ['of several branches: the one written last', '2', '10'],
    ['of the whole conversation: the last of all', null, '10'],
    ['of another beginning', '8', '9'],
  ])('%s', (_what, id, expected) => {
    expect(newestAtOrBelow(NODES, id)?.id).toBe(expected);
  });

  it('is nothing where nothing is', () => {
    expect(newestAtOrBelow([], null)).toBeUndefined();
    expect(newestAtOrBelow([], '1')).toBeUndefined();
  });
});

describe('turning to a branch', () => {
  it.each([
    ['what is active already', '4', '4', []],
    ['a sibling', '5', '3', ['5']],
    ['a longer branch', '7', '2', ['7', '6']],
    ['another beginning', '9', undefined, ['9', '8']],
  ])('%s', (_what, leaf, fork, joining) => {
    expect(turningTo(NODES, node(leaf))).toEqual({ fork: fork && node(fork), joining });
  });

  it('leaves nothing active where nothing is left', () => {
    expect(turningTo([], undefined)).toEqual({ fork: undefined, joining: [] });
  });
});
