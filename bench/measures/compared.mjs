import { median } from '../rig/figures.mjs';

const combinations = {
  ratio: { outcome: (ours, pipe) => ours / pipe, toPeer: (ours, pipe, peer) => ours / peer },
  difference: {
    outcome: (ours, pipe) => ours - pipe,
    toPeer: (ours, pipe, peer) => (ours - pipe) / (peer - pipe),
  },
};

/**
 * Ours, the pipe and, where it can be had, FastAPI in turn, so that what else the machine does meets all; the median
 * of what each round shows.
 */
export function compared({ combine, round, rounds = 5, unit, besides, peer, ...measure }) {
  const { limit, suffix } = measure;
  const { outcome: outcomeOf, toPeer } = combinations[combine];

  const inTurn = async (rig) => {
    const fastApi = peer && rig.fastApi?.[peer.kind];
    const seen = [];
    for (let index = 0; index < rounds; index++) {
      const { figure: ours, besides: oursBesides } = await round(rig.ours);
      const { figure: pipe, besides: pipeBesides } = await round(rig.pipe);
      const pair = { ours, pipe, outcome: outcomeOf(ours, pipe), oursBesides, pipeBesides };
      if (fastApi === undefined) seen.push(pair);
      else {
        const { figure: theirs } = await round(fastApi);
        seen.push({ ...pair, theirs, share: toPeer(ours, pipe, theirs) });
      }
    }
    return seen;
  };

  const toldBesides = (seen) => {
    if (besides === undefined) return '';
    const outcomes = seen.map(({ oursBesides, pipeBesides }) => outcomeOf(oursBesides, pipeBesides));
    const [ours, pipe] = ['oursBesides', 'pipeBesides'].map((key) => median(seen.map((each) => each[key])));
    return `; ${besides} ${median(outcomes).toFixed(2)}${suffix} (${ours.toFixed(2)}, ${pipe.toFixed(2)})`;
  };

  return {
    ...measure,
    round,
    run: async (rig) => {
      const seen = await inTurn(rig);
      const all = (key) => seen.map((each) => each[key]);
      const [figure, ours, pipe] = ['outcome', 'ours', 'pipe'].map((key) => median(all(key)));
      const hasPeer = seen[0].share !== undefined;
      const share = median(all('share'));
      const told = hasPeer
        ? `; ${share.toFixed(2)}× FastAPI's ${median(all('theirs')).toFixed(2)} (≤ ${peer.limit}×)`
        : '';
      return {
        figure: `${figure.toFixed(2)}${suffix}`,
        spread: `${Math.min(...all('outcome')).toFixed(2)}–${Math.max(...all('outcome')).toFixed(2)}`,
        detail: `${ours.toFixed(2)} ${unit}, the pipe ${pipe.toFixed(2)}${told}${toldBesides(seen)}`,
        isReached: figure <= limit && !(hasPeer && share > peer.limit),
      };
    },
  };
}
