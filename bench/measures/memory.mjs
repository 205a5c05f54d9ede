const STREAMS = 500;
const WARM_UP = 20;
const KB_IN_MB = 1024;

/** In a server that has done little else; the streams are still open when it is stopped. */
export const P6 = {
  ...{ work: 'memory: resident at rest, of an open stream', goal: '≤ 180 MB, ≤ 100 KB', isGate: false },
  run: async (rig) => {
    const ours = await rig.newServer();
    const warmUp = await ours.questions(WARM_UP, { chunks: 20, perSecond: 0 }, true);
    await ours.does('streams', { questions: warmUp, rampMs: 100, chunks: 20 });
    const rest = await ours.child.residentKb();

    const questions = await ours.questions(STREAMS, { chunks: 600, perSecond: 1, burst: 1 }, true);
    const client = await rig.keep(rig.startClient());
    const allOpen = client.hears(({ event }) => event === 'all open');
    client.process.send({ job: 'streams', questions, rampMs: 2000, chunks: 600 });
    await allOpen;
    const stream = ((await ours.child.residentKb()) - rest) / STREAMS;
    await client.stop();
    return {
      figure: `${(rest / KB_IN_MB).toFixed(0)} MB, ${stream.toFixed(0)} KB`,
      spread: '',
      detail: `${STREAMS} open streams`,
      isReached: rest <= 180 * KB_IN_MB && stream <= 100,
    };
  },
};
