/** A message as the shape of the tree knows it. Its `seq` is greater than its parent's. */
export interface Node {
  readonly id: string;
  readonly parentId: string | null;
  readonly seq: number;
  readonly isActive: boolean;
}

/** The newest message at or below `id`, or with null of them all. `nodes` are in the order of `seq`. */
export function newestAtOrBelow(nodes: readonly Node[], id: string | null): Node | undefined {
  if (id === null) return nodes.at(-1);
  const within = new Set([id]);
  let newest: Node | undefined;
  for (const node of nodes) {
    if (node.id !== id && (node.parentId === null || !within.has(node.parentId))) continue;
    within.add(node.id);
    newest = node;
  }
  return newest;
}

export interface Turning {
  /** The last message that the branch before and the one after have in common. */
  readonly fork: Node | undefined;
  /** What has to become active, from `leaf` upwards. */
  readonly joining: readonly string[];
}

/** What makes the branch that ends in `leaf` the active one. */
export function turningTo(nodes: readonly Node[], leaf: Node | undefined): Turning {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const joining: string[] = [];
  let node = leaf;
  while (node !== undefined && !node.isActive) {
    joining.push(node.id);
    node = node.parentId === null ? undefined : byId.get(node.parentId);
  }
  return { fork: node, joining };
}
