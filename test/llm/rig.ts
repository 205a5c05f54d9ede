import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { register } from 'prom-client';
import { Clock } from '#kernel';
import {
  LanguageModel,
  type LlmConfig,
  LlmModule,
  type ModelAnswer,
  type ModelCall,
  ModelCatalogue,
  type RelayCall,
  type RelayedAnswer,
} from '#llm';
import { TestClock } from '../harness/test-clock';
import type { Upstream } from '../harness/upstream';

interface RigOptions {
  readonly openai?: Partial<LlmConfig['openai']>;
  readonly apiKeys?: LlmConfig['apiKeys'];
  /** Rows of the models file, over the first one's. */
  readonly models?: readonly Readonly<Record<string, unknown>>[];
  readonly tuning?: Parameters<typeof LlmModule.forRoot>[1];
}

const row = {
  id: 'small',
  name: 'Small',
  description: { en: 'Small', zh: '小' },
  context_window: 8_192,
  max_output_tokens: 4_096,
  cost_per_1k_tokens: { input: 0.001, output: 0.002 },
  capabilities: ['chat'],
};

export type Rig = Awaited<ReturnType<typeof startRig>>;

/** The room by its door, in front of the scripted upstream; it waits for no pause, but remembers each. */
export async function startRig(upstream: Pick<Upstream, 'baseUrl'>, options: RigOptions = {}) {
  const { openai, apiKeys = {}, models = [{}], tuning } = options;
  const directory = mkdtempSync(join(tmpdir(), 'models-'));
  const modelsFile = join(directory, 'models.json');
  writeFileSync(modelsFile, JSON.stringify(models.map((model) => ({ ...row, ...model }))));
  const clock = new TestClock();
  const pauses: number[] = [];
  const config: LlmConfig = {
    provider: 'openai',
    modelsFile,
    apiKeys,
    demoPaceMs: 0,
    openai: {
      apiKey: 'sk-platform',
      baseUrl: upstream.baseUrl,
      proxyUrl: undefined,
      timeoutMs: 20_000,
      maxRetries: 3,
      ...openai,
    },
  };
  const wait = async (ms: number): Promise<void> => void pauses.push(ms);

  @Module({ providers: [{ provide: Clock, useValue: clock }], exports: [Clock] })
  class Time {}
  const module = await Test.createTestingModule({
    imports: [{ module: Time, global: true }, LlmModule.forRoot(config, { random: () => 0, wait, ...tuning })],
  }).compile();
  const model = module.get(LanguageModel);
  const catalogue = module.get(ModelCatalogue);
  const open = (call: Partial<ModelCall> = {}, signal = new AbortController().signal) =>
    model.open(
      {
        model: catalogue.default(),
        messages: [{ role: 'user', content: 'Hi' }],
        temperature: 0.5,
        maxTokens: 100,
        stream: true,
        ...call,
      },
      signal,
    );

  const relay = (
    request: RelayCall['request'] = {},
    call: Partial<RelayCall> = {},
    signal = new AbortController().signal,
  ) => {
    const messages = [{ role: 'user', content: 'Hi' }];
    const whole = { model: 'ours', messages, ...request };
    return model.relay({ model: catalogue.default(), maxTokens: 100, stream: true, ...call, request: whole }, signal);
  };

  return {
    clock,
    pauses,
    relay,
    relayed: async (...asked: Parameters<typeof relay>) => readRelay(await relay(...asked)),
    catalogue,
    open,
    ask: async (call?: Partial<ModelCall>, signal?: AbortSignal) => readAnswer(await open(call, signal)),
    metric: async (name: string) => (await register.getSingleMetric(name)?.get())?.values ?? [],
    close: async () => {
      await module.close();
      rmSync(directory, { recursive: true });
      register.resetMetrics();
    },
  };
}

export async function readAnswer(answer: ModelAnswer) {
  const pieces: string[] = [];
  const outcome = await answer.pour((piece) => pieces.push(piece));
  return { model: answer.model.id, pieces, text: pieces.join(''), ...outcome };
}

export async function readRelay(answer: RelayedAnswer) {
  let text = '';
  const outcome = await answer.pour((piece) => {
    text += piece;
    return true;
  });
  return { model: answer.model.id, text, ...outcome };
}
