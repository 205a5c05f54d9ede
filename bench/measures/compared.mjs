import { median } from '../rig/figures.mjs';

const combinations = {
  ratio: (ours, pipe) => ours / pipe,
  difference: (ours, pipe) => ours - pipe,
};

/** Ours and the pipe in turn, so that what else the machine does meets both; the median of what each round shows. */
export function compared({ combine, round, rounds = 5, unit, ...measure }) {
  const { limit, suffix } = measure;
  return {
    ...measure,
    round,
    run: async (rig) => {
      const seen = [];
      for (let index = 0; index < rounds; index++) {
        const ours = await round(rig.ours);
        const pipe = await round(rig.pipe);
        seen.push({ ours, pipe, outcome: combinations[combine](ours, pipe) });
      }
      const outcomes = seen.map(({ outcome }) => outcome);
      const [figure, ours, pipe] = ['outcome', 'ours', 'pipe'].map((key) => median(seen.map((each) => each[key])));
      return {
        figure: `${figure.toFixed(2)}${suffix}`,
        spread: `${Math.min(...outcomes).toFixed(2)}–${Math.max(...outcomes).toFixed(2)}`,
        detail: `${ours.toFixed(2)} ${unit}, the pipe ${pipe.toFixed(2)}`,
        isReached: figure <= limit,
      };
    },
  };
}
