import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Clock, SystemClock } from '#kernel';
import { LanguageModel, LlmModule, ModelCatalogue, type ModelCall, TokenCounter } from '#llm';
import { loadConfig } from '#platform';
import { readAnswer, readRelay } from './rig';

@Module({ providers: [{ provide: Clock, useClass: SystemClock }], exports: [Clock] })
class Time {}

const dataDirectory = mkdtempSync(join(tmpdir(), 'demo-'));
const opened: { close(): Promise<void> }[] = [];

const start = async (environment: Readonly<Record<string, string>> = {}) => {
  const { llm } = loadConfig({ NODE_ENV: 'test', DATA_DIR: dataDirectory, ...environment });
  const module = await Test.createTestingModule({
    imports: [{ module: Time, global: true }, LlmModule.forRoot(llm)],
  }).compile();
  opened.push(module);
  const model = module.get(ModelCatalogue).default();
  const ask = (content: string, call: Partial<ModelCall> = {}, signal = new AbortController().signal) =>
    module
      .get(LanguageModel)
      .open(
        { model, messages: [{ role: 'user', content }], temperature: 0, maxTokens: 1_000, stream: true, ...call },
        signal,
      );
  const relay = (content: string, stream: boolean) => {
    const request = { messages: [{ role: 'user', content }], stream_options: { include_usage: true } };
    return module.get(LanguageModel).relay({ model, request, maxTokens: 100, stream }, new AbortController().signal);
  };
  return { ask, relay, tokens: module.get(TokenCounter) };
};

afterEach(() => Promise.all(opened.splice(0).map((module) => module.close())));
afterAll(() => rmSync(dataDirectory, { recursive: true }));

describe('the demo model', () => {
  it.each([
    ['Who are you? <script>', /^This is a demo\..* answer here\.$/],
    ['你是谁？', /^这是演示。.*作答。$/],
    ['', /demo/],
  ])('asked %j, says in that language what it is, and repeats nothing', async (question, expected) => {
    const { ask, tokens } = await start();
    const answer = await readAnswer(await ask(question));
    expect(answer).toMatchObject({ model: 'demo', status: 'complete', finishReason: 'stop' });
    expect(answer.text).toMatch(expected);
    expect(answer.text).not.toContain('script');
    expect(answer.usage).toEqual({
      promptTokens: await tokens.countMessages([{ role: 'user', content: question }]),
      completionTokens: await tokens.count(answer.text),
    });
  });

  it('says no more than it may', async () => {
    const { ask, tokens } = await start();
    const { text, ...outcome } = await readAnswer(await ask('Hi', { maxTokens: 7 }));
    expect(outcome).toMatchObject({ status: 'complete', finishReason: 'length' });
    expect(text).toMatch(/^This is a demo\./);
    expect(await tokens.count(text)).toBeLessThanOrEqual(7);
  });

  it('speaks word by word at a pace, and stops when it is told to', async () => {
    const { ask } = await start({ NODE_ENV: 'development', DEFAULT_LOCALE: 'en' });
    const stop = new AbortController();
    const answer = await ask('Hi', {}, stop.signal);
    const pieces: string[] = [];
    const outcome = await answer.pour((piece) => {
      pieces.push(piece);
      if (pieces.length === 3) stop.abort();
    });
    expect(pieces).toEqual(['This', ' is', ' a']);
    expect(outcome).toMatchObject({ status: 'stopped', usage: { completionTokens: 3 } });
  });

  it.each([true, false])("speaks OpenAI's words as well, streamed: %s", async (stream) => {
    const { relay } = await start();
    const { text, said, usage, ...outcome } = await readRelay(await relay('Hi', stream));
    expect(said).toMatch(/^This is a demo/);
    expect(outcome).toMatchObject({ model: 'demo', status: 'complete', finishReason: 'stop' });
    const told = `"completion_tokens":${usage?.completionTokens}`;
    expect(text).toContain(told);
    expect(text.match(/"object":"chat.completion(.chunk)?"/g)?.length).toBe(stream ? said.split(' ').length + 2 : 1);
  });
});
