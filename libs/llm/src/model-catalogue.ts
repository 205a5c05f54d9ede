import { readFileSync } from 'node:fs';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { demoModel } from './demo-model';
import { type ConfigCheck, ConfigurationError, type Fault, providerOf } from '#platform';
import type { CatalogueConfig } from './llm-config';
import type { Model } from './model';
import { parseModels } from './models-file';

interface Offer {
  readonly models: readonly Model[];
  readonly default: Model;
}

const POLL_MS = 2_000;

/**
 * The models on offer: those of the models file, or the demo model alone.
 * A faulty file stops the boot with a message that lists all its faults; while running, the models read before stay.
 */
@Injectable()
export class ModelCatalogue implements OnModuleDestroy {
  private readonly logger = new Logger(ModelCatalogue.name);
  private readonly poll: NodeJS.Timeout | undefined;
  private text: string | undefined;
  private offer: Offer;

  constructor(private readonly config: CatalogueConfig) {
    if (config.provider === 'demo') {
      this.offer = { models: [demoModel], default: demoModel };
      return;
    }
    this.text = readText(config.modelsFile);
    const { offer, faults } = readOffer(this.text, config);
    if (offer === undefined) throw new ConfigurationError(faults);
    this.offer = offer;
    // Looking at the content sees what fs.watch misses: files mounted alone, swapped links, network drives.
    this.poll = setInterval(() => this.reloadIfChanged(), POLL_MS).unref();
  }

  list(): readonly Model[] {
    return this.offer.models;
  }

  find(id: string): Model | undefined {
    return this.offer.models.find((model) => model.id === id);
  }

  default(): Model {
    return this.offer.default;
  }

  /** Null: no titles are made. */
  forTitles(): Model | null {
    const { titleModel } = this.config;
    if (titleModel === null) return null;
    return (titleModel === undefined ? undefined : this.find(titleModel)) ?? cheapest(this.offer);
  }

  /** Whether answers come from the built-in demonstration. */
  isDemo(): boolean {
    return this.config.provider === 'demo';
  }

  close(): void {
    clearInterval(this.poll);
  }

  onModuleDestroy(): void {
    this.close();
  }

  private reloadIfChanged(): void {
    const text = readText(this.config.modelsFile);
    if (text === this.text) return;
    this.text = text;
    const { offer, faults } = readOffer(text, this.config);
    if (offer === undefined) {
      this.logger.warn({ msg: 'The models file has faults, the models read before stay', faults });
    } else {
      this.offer = offer;
      this.logger.log({ msg: 'The models were reloaded', models: offer.models.map((model) => model.id) });
    }
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch {
    return undefined;
  }
}

/** Without a catalogue there is no boot. */
export const checkModels: ConfigCheck = ({ values, apiKeys, faults }) => {
  const { MODELS_FILE: modelsFile, OPENAI_MODEL: defaultModel, TITLE_MODEL: titleModel } = values;
  const isDemo = providerOf(values) === 'demo' && !faults.has('LLM_PROVIDER') && !faults.has('OPENAI_API_KEY');
  if (modelsFile === undefined || isDemo) return;
  const catalogue = { provider: 'openai', modelsFile, defaultModel, titleModel: titleModel || null, apiKeys } as const;
  faults.addAll(readOffer(readText(modelsFile), catalogue).faults);
};

interface Reading {
  /** Without faults. */
  readonly offer?: Offer;
  readonly faults: readonly Fault[];
}

function readOffer(text: string | undefined, config: CatalogueConfig): Reading {
  const file = config.modelsFile;
  if (text === undefined) return { faults: [{ variable: 'MODELS_FILE', issue: `is ${file}, which cannot be read` }] };

  const { models, faults, ids } = parseModels(text);
  const broken = faults.map((fault) => ({ variable: 'MODELS_FILE', issue: `${file}: ${fault}` }));
  const strangers = Object.entries({ OPENAI_MODEL: config.defaultModel, TITLE_MODEL: config.titleModel })
    .filter(([, id]) => typeof id === 'string' && ids.length > 0 && !ids.includes(id))
    .map(([variable]) => ({ variable, issue: `names none of the models of ${file}: ${ids.join(', ')}` }));
  const keyless = models
    .filter(({ apiKeyEnv }) => apiKeyEnv !== undefined && !Object.hasOwn(config.apiKeys, apiKeyEnv))
    .map(({ id, apiKeyEnv = '' }) => ({
      variable: apiKeyEnv,
      issue: `is missing or no key: ${id} of ${file} needs it`,
    }));
  const preferred = config.defaultModel === undefined ? models[0] : models.find(({ id }) => id === config.defaultModel);

  const all = [...broken, ...strangers, ...keyless];
  return preferred === undefined || all.length > 0
    ? { faults: all }
    : { offer: { models, default: preferred }, faults: [] };
}

function cheapest({ models, default: first }: Offer): Model {
  const price = ({ costPer1kTokens: { input, output } }: Model) => input + output;
  return models.reduce((least, model) => (price(model) < price(least) ? model : least), first);
}
