const US_IN_MS = 1000;
/** What the profiler calls the time that no script spent. */
const IDLE = '(idle)';

const isScript = ({ url }) => url !== '' && !url.startsWith('node:');

function packageOf({ url }) {
  const [, dependency] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (dependency !== undefined) return dependency;
  const [, room] =
    /\/dist\/((?:libs\/\w+(?=\/))(?:\/src\/database)?|apps\/api\/src\/(?:edge|\w+\/\w+))/.exec(url) ?? [];
  return room ?? url;
}

/** What node does for nobody in particular, such as writing at the end of a tick. */
const nativeOf = ({ functionName, url }) =>
  functionName.startsWith('(') && url === '' ? functionName : `node: ${functionName}`;

const placeOf = ({ functionName, url, lineNumber }) => {
  const file = url.replace(/^.*\/(?:node_modules|dist)\//, '');
  return `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`;
};

/**
 * Where a CPU profile's time went. What node's own code took counts for whoever called it; what nobody called is called
 * by its own name.
 */
export class Costs {
  constructor({ nodes, samples, timeDeltas }) {
    const selfUs = new Map();
    samples.forEach((id, index) => selfUs.set(id, (selfUs.get(id) ?? 0) + timeDeltas[index]));
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const owners = new Map();
    const visit = (node, owner) => {
      const frame = node.callFrame;
      const next = isScript(frame) ? frame : owner;
      owners.set(node.id, next ?? frame);
      for (const child of node.children ?? []) visit(byId.get(child), next);
    };
    visit(nodes[0], undefined);
    this.entries = [...selfUs]
      .map(([id, us]) => ({ frame: owners.get(id), ms: us / US_IN_MS }))
      .filter(({ frame }) => frame.functionName !== IDLE && !frame.url.endsWith('/probe.cjs'));
  }

  byPackage() {
    return this.sums((frame) => (isScript(frame) ? packageOf(frame) : nativeOf(frame)));
  }

  byFunction() {
    return this.sums((frame) => (isScript(frame) ? placeOf(frame) : nativeOf(frame)));
  }

  /** Of the time that is attributed to anybody. */
  shareOf(isMeant) {
    const packages = this.byPackage().filter(({ name }) => !name.startsWith('('));
    const sum = (list) => list.reduce((total, { ms }) => total + ms, 0);
    return sum(packages.filter(({ name }) => isMeant(name))) / sum(packages);
  }

  sums(nameOf) {
    const total = this.entries.reduce((sum, { ms }) => sum + ms, 0);
    const sums = new Map();
    for (const { frame, ms } of this.entries) sums.set(nameOf(frame), (sums.get(nameOf(frame)) ?? 0) + ms);
    return [...sums].map(([name, ms]) => ({ name, ms, share: ms / total })).sort((a, b) => b.ms - a.ms);
  }
}
