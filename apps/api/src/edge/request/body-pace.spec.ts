import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { keepPace } from './body-pace';

const SILENCE_MS = 200;

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** What becomes of a body that comes in pieces, and is answered a while after it has come. */
async function outcomeOf(pieces: number, everyMs: number, pace: Partial<Parameters<typeof keepPace>[2]>) {
  server = createServer((incoming, response) => {
    const usual = { silenceMs: SILENCE_MS, bytesPerSecond: 0, graceMs: 0, lookEveryMs: 20 };
    keepPace(incoming as Request, response as Response, { ...usual, ...pace });
    incoming.resume().once('end', () => void pause(2 * SILENCE_MS).then(() => response.end()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sent = request({ port, method: 'POST', host: '127.0.0.1' });
  const outcome = Promise.race([
    once(sent, 'response').then(() => 'answered'),
    once(sent, 'error').then(() => 'cut'),
  ]).catch(() => 'cut');
  sent.flushHeaders();
  for (let piece = 0; piece < pieces && !sent.destroyed; piece++) {
    sent.write('x');
    await pause(everyMs);
  }
  if (pieces > 0) sent.end();
  return outcome;
}

it('waits as long as bytes come, and as it takes to answer', async () => {
  expect(await outcomeOf(6, SILENCE_MS / 4, {})).toBe('answered');
});

it('cuts off who sends nothing', async () => {
  expect(await outcomeOf(0, 0, {})).toBe('cut');
});

it('cuts off who sends next to nothing, once he had time to begin', async () => {
  const slowly = { bytesPerSecond: 1_000, graceMs: 100 };
  expect(await outcomeOf(100, 20, slowly)).toBe('cut');
  server.close();
  expect(await outcomeOf(3, 20, slowly)).toBe('answered');
});
