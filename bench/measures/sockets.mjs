import { People } from '../rig/people.mjs';
import { outcome } from '../rig/rig.mjs';

const IDLE = 2_500;
const WARM_UP = 500;
/** Who asks hears of it on all of his sockets: the quiet ones are others'. */
const QUIET = { users: 50, first: 1_000 };
const STREAMS = 500;
const CHUNKS = 15;

/** Quiet sockets of both kinds, in a server of its own; all stay open while streams run beside them. */
export const SOCKETS = {
  ...{ work: 'memory: a quiet raw socket, a quiet Socket.IO one', goal: '≤ 10 KB, ≤ 20 KB', isGate: false },
  run: async (rig) => {
    const ours = await rig.newServer();
    const { child } = ours;
    const { tokens } = await People.of(child, QUIET.users, QUIET.first);
    const questions = await ours.questions(STREAMS, { chunks: CHUNKS, perSecond: 1, burst: 1 }, true);
    const holder = await rig.keep(rig.startClient());
    const open = (kind, count) => outcome(holder, 'sockets', { kind, count, port: child.port, tokens });
    const memoryOf = async (kind) => {
      const before = await child.residentKb();
      await open(kind, IDLE);
      return ((await child.residentKb()) - before) / IDLE;
    };
    // The first of each kind bring their code with them, and make the young generation grow.
    for (const kind of ['raw', 'socketIo']) await open(kind, WARM_UP);
    const raw = await memoryOf('raw');
    const socketIo = await memoryOf('socketIo');
    const { delayMs } = await ours.does('streams', { questions, rampMs: 5_000, chunks: CHUNKS });
    const { stillOpen } = await outcome(holder, 'stillOpen', {});
    await holder.stop();
    return {
      figure: `${raw.toFixed(1)} KB, ${socketIo.toFixed(1)} KB`,
      spread: '',
      detail: `${stillOpen} open after ${STREAMS} streams beside them, relayed in ${delayMs.p50.toFixed(1)} ms, p99 ${delayMs.p99.toFixed(1)}`,
      isReached: raw <= 10 && socketIo <= 20 && stillOpen === 2 * (IDLE + WARM_UP),
    };
  },
};
