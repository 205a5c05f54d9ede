/** Loaded into the server before it starts: tells over IPC what can only be known inside. */
const { Session } = require('node:inspector/promises');

const session = new Session();
const questions = {
  memory: () => {
    global.gc();
    return process.memoryUsage();
  },
  startProfile: async () => {
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
  },
  stopProfile: async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    return profile;
  },
};

process.on('message', async (question) => process.send({ question, answer: await questions[question]() }));
process.channel.unref();
