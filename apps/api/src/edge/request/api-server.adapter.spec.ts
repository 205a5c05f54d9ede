import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Request, Response } from 'express';
import { ApiServerAdapter } from './api-server.adapter';

setFlagsFromString('--allow-natives-syntax');
const haveSameClass = runInThisContext('(one, other) => %HaveSameMap(one, other)') as (a: object, b: object) => boolean;

@Module({})
class NothingModule {}

let app: INestApplication;
afterEach(() => app.close());

it('requests have one hidden class, and so have responses, also when others have added their fields', async () => {
  app = await NestFactory.create(NothingModule, new ApiServerAdapter(), { logger: false });
  const held: { request: Request; response: Response }[] = [];
  const both = new Promise<void>((resolve) => {
    app.use((request: Request, response: Response) => {
      Object.assign(request, { user: 'somebody', id: held.length });
      if (held.push({ request, response }) === 2) resolve();
    });
  });
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  const answers = [1, 2].map(() => fetch(`http://127.0.0.1:${port}/`));
  await both;
  const [one, other] = held as [(typeof held)[0], (typeof held)[0]];
  expect(haveSameClass(one.request, other.request)).toBe(true);
  expect(haveSameClass(one.response, other.response)).toBe(true);
  for (const { response } of held) response.json({ ok: true });
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
});
