import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { microseconds } from './clock.mjs';

/**
 * A stand-in for OpenAI. What it is to say stands in the last message, as JSON: so many `chunks`, so many of them
 * `perSecond` (0: all in one write), so many in each write (`burst`). Each chunk's text is the time at which it left.
 */
const stamp = () => ` ${microseconds().toString(36)}`;

const named = {
  id: 'chatcmpl-bench0123456789',
  created: 1_790_000_000,
  model: 'gpt-4o',
  system_fingerprint: 'fp_bench',
};
const usageOf = (chunks) => ({ prompt_tokens: 30, completion_tokens: chunks, total_tokens: 30 + chunks });

const event = (fields) => `data: ${JSON.stringify({ ...named, object: 'chat.completion.chunk', ...fields })}\n\n`;
const choice = (delta, finish_reason = null) => ({ choices: [{ index: 0, delta, logprobs: null, finish_reason }] });
const beginning = event(choice({ role: 'assistant', content: '', refusal: null }));
const ending = (chunks) =>
  event(choice({}, 'stop')) + event({ choices: [], usage: usageOf(chunks) }) + 'data: [DONE]\n\n';

function stream(response, { chunks, perSecond, burst }) {
  const begunAt = performance.now();
  const size = perSecond === 0 ? chunks : burst;
  let sent = 0;
  let timer;
  const write = () => {
    const pieces = Array.from({ length: Math.min(size, chunks - sent) }, () => event(choice({ content: stamp() })));
    const text = (sent === 0 ? beginning : '') + pieces.join('');
    sent += pieces.length;
    if (sent === chunks) return response.end(text + ending(chunks));
    response.write(text);
    timer = setTimeout(write, begunAt + (sent * 1000) / perSecond - performance.now());
  };
  response.on('close', () => clearTimeout(timer));
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  write();
}

function answerWhole(response, { chunks }) {
  const message = { role: 'assistant', content: Array.from({ length: chunks }, stamp).join(''), refusal: null };
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
  const body = JSON.stringify({ ...named, object: 'chat.completion', choices, usage: usageOf(chunks) });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

const server = createServer(async (request, response) => {
  const asked = await json(request);
  const wish = JSON.parse(asked.messages.at(-1).content);
  if (asked.stream) stream(response, wish);
  else answerWhole(response, wish);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', 4096, () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());
