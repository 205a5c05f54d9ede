const PER_SECOND = 20;
const RAMP_MS_A_STREAM = 4;
const ALL_OPEN_MS = 3000;
const LONGEST_DELAY_MS = 50;
const FEWEST = 400;
const MOST = 3200;
const PRECISION = 50;

async function isInTime(contestant, streams) {
  const rampMs = streams * RAMP_MS_A_STREAM;
  const chunks = Math.ceil(((rampMs + ALL_OPEN_MS) * PER_SECOND) / 1000);
  const questions = await contestant.questions(streams, { chunks, perSecond: PER_SECOND, burst: 1 }, true);
  const { delayMs } = await contestant.does('streams', { questions, rampMs, chunks });
  return delayMs.p99 < LONGEST_DELAY_MS;
}

/** Doubles until it is too much, then halves the interval. */
async function mostStreams(contestant) {
  let [fits, tooMany] = [0, FEWEST];
  while (tooMany <= MOST && (await isInTime(contestant, tooMany))) [fits, tooMany] = [tooMany, tooMany * 2];
  while (tooMany - fits > Math.max(PRECISION, fits / 4)) {
    const middle = Math.round((fits + tooMany) / 2);
    if (await isInTime(contestant, middle)) fits = middle;
    else tooMany = middle;
  }
  return fits;
}

/** The clients and the upstream share the machine, so the figure is the machine's; only the ratio says something. */
export const P5 = {
  ...{ work: 'streams at 20 tokens/s with p99 delay under 50 ms', goal: '≥ 0.6× the pipe', isGate: false },
  run: async (rig) => {
    const pipe = await mostStreams(rig.pipe);
    const ours = await mostStreams(rig.ours);
    return {
      figure: `${(ours / pipe).toFixed(2)}×`,
      spread: 'one search',
      detail: `${ours} streams, the pipe ${pipe}`,
      isReached: ours / pipe >= 0.6,
    };
  },
};
