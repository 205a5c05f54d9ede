import { readFileSync } from 'node:fs';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { demoModel } from './demo-model';
import type { CatalogueConfig } from './llm-config';
import type { Model } from './model';
import { parseModels } from './models-file';

interface Offer {
  readonly models: readonly Model[];
  readonly default: Model;
}

class CatalogueFaults extends Error {
  constructor(readonly faults: readonly string[]) {
    super(['The model catalogue cannot be used:', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
  }
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
    const offer = readOffer(this.text, config);
    if (offer instanceof CatalogueFaults) throw offer;
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
    const offer = readOffer(text, this.config);
    if (offer instanceof CatalogueFaults) {
      this.logger.warn({ msg: 'The models file has faults, the models read before stay', faults: offer.faults });
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

function readOffer(text: string | undefined, config: CatalogueConfig): Offer | CatalogueFaults {
  const file = config.modelsFile;
  if (text === undefined) return new CatalogueFaults([`MODELS_FILE: ${file} is missing or cannot be read`]);

  const { models, faults, ids } = parseModels(text);
  const strangers = Object.entries({ OPENAI_MODEL: config.defaultModel, TITLE_MODEL: config.titleModel })
    .filter(([, id]) => typeof id === 'string' && ids.length > 0 && !ids.includes(id))
    .map(([variable, id]) => `${variable}: ${id} is not among the models of ${file}: ${ids.join(', ')}`);
  const keyless = models
    .filter(({ apiKeyEnv }) => apiKeyEnv !== undefined && !Object.hasOwn(config.apiKeys, apiKeyEnv))
    .map(({ id, apiKeyEnv }) => `${apiKeyEnv}: is missing or no key: ${id} of ${file} needs it`);
  const preferred = config.defaultModel === undefined ? models[0] : models.find(({ id }) => id === config.defaultModel);

  return preferred === undefined || strangers.length > 0 || keyless.length > 0
    ? new CatalogueFaults([...faults.map((fault) => `${file}: ${fault}`), ...strangers, ...keyless])
    : { models, default: preferred };
}

function cheapest({ models, default: first }: Offer): Model {
  const price = ({ costPer1kTokens: { input, output } }: Model) => input + output;
  return models.reduce((least, model) => (price(model) < price(least) ? model : least), first);
}
