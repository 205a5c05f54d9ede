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
export function compared({ combine, round, rounds = 5, unit, peer, ...measure }) {
  const { limit, suffix } = measure;
  const { outcome: outcomeOf, toPeer } = combinations[combine];

  const inTurn = async (rig) => {
    const fastApi = peer && rig.fastApi?.[peer.kind];
    const seen = [];
    for (let index = 0; index < rounds; index++) {
      const ours = await round(rig.ours);
      const pipe = await round(rig.pipe);
      const outcome = outcomeOf(ours, pipe);
      if (fastApi === undefined) seen.push({ ours, pipe, outcome });
      else {
        const theirs = await round(fastApi);
        seen.push({ ours, pipe, outcome, theirs, share: toPeer(ours, pipe, theirs) });
      }
    }
    return seen;
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
        detail: `${ours.toFixed(2)} ${unit}, the pipe ${pipe.toFixed(2)}${told}`,
        isReached: figure <= limit && !(hasPeer && share > peer.limit),
      };
    },
  };
}
