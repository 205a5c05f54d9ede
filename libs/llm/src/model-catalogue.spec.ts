import { mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import type { CatalogueConfig } from './llm-config';
import { ModelCatalogue } from './model-catalogue';

const row = (id: string) => ({
  id,
  name: id,
  description: { en: 'Small', zh: '小' },
  context_window: 8_192,
  max_output_tokens: 4_096,
  cost_per_1k_tokens: { input: 0.0001, output: 0.0005 },
  capabilities: ['chat'],
});

const jsonOf = (...ids: string[]) => JSON.stringify(ids.map(row));

let directory: string;
let modelsFile: string;
let catalogue: ModelCatalogue | undefined;

const open = (config: Partial<CatalogueConfig> = {}) => {
  catalogue = new ModelCatalogue({ provider: 'openai', modelsFile, apiKeys: {}, ...config });
  return catalogue;
};
const idsOf = (opened: ModelCatalogue) => opened.list().map((model) => model.id);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'models-'));
  modelsFile = join(directory, 'models.json');
  writeFileSync(modelsFile, jsonOf('a', 'b'));
});

afterEach(() => {
  catalogue?.close();
  catalogue = undefined;
  rmSync(directory, { recursive: true });
});

describe('ModelCatalogue', () => {
  it('offers the models of the file in their order', () => {
    const opened = open();
    expect(idsOf(opened)).toEqual(['a', 'b']);
    expect(opened.find('b')?.contextWindow).toBe(8_192);
    expect(opened.find('c')).toBeUndefined();
  });

  it('takes the first model by default, or the one the configuration names', () => {
    expect(open().default().id).toBe('a');
    catalogue?.close();
    expect(open({ defaultModel: 'b' }).default().id).toBe('b');
  });

  it('accepts the file that is shipped', () => {
    const opened = open({ modelsFile: resolve(__dirname, '../../../config/models.json') });
    expect(opened.list().length).toBeGreaterThan(1);
    expect(opened.find('demo')).toBeUndefined();
  });

  it('reads a file that begins with a byte order mark', () => {
    writeFileSync(modelsFile, `\ufeff${jsonOf('a')}`);
    expect(idsOf(open())).toEqual(['a']);
  });

  it('does not keep the process alive', () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    open();
    expect(timers()).toBe(before);
  });

  it('is the demo model alone when that is the provider, whatever else is configured', () => {
    const opened = open({ provider: 'demo', modelsFile: join(directory, 'none'), defaultModel: 'a' });
    expect(idsOf(opened)).toEqual(['demo']);
    expect(opened.default().name).toMatch(/demo.*演示/i);
  });
});

describe('a boot with a faulty catalogue', () => {
  it('names the file and everything that is wrong with it, and the variables', () => {
    writeFileSync(modelsFile, JSON.stringify([{ ...row('a'), name: '', context_window: 0 }, row('b')]));
    expect(() => open({ defaultModel: 'c', titleModel: 'd' })).toThrow(
      new Error(
        [
          'The configuration has faults:',
          `  MODELS_FILE ${modelsFile}: a [0].name must be a text in UTF-8, not ""`,
          `  MODELS_FILE ${modelsFile}: a [0].context_window must be a whole number above 0, not 0`,
          `  MODELS_FILE ${modelsFile}: a [0].max_output_tokens must be at most context_window, 0, not 4096`,
          `  OPENAI_MODEL names none of the models of ${modelsFile}: a, b`,
          `  TITLE_MODEL names none of the models of ${modelsFile}: a, b`,
          '.env.example lists every variable.',
        ].join('\n'),
      ),
    );
  });

  it('stops for an unknown model of the configuration alone', () => {
    expect(() => open({ defaultModel: 'c' })).toThrow('OPENAI_MODEL names none');
    expect(() => open({ titleModel: 'c' })).toThrow('TITLE_MODEL names none');
    expect(() => open({ titleModel: null })).not.toThrow();
  });

  it('does not blame the model of the configuration for a file that is no catalogue', () => {
    writeFileSync(modelsFile, '[');
    expect(() => open({ defaultModel: 'a' })).toThrow(
      /^[^\n]*\n {2}MODELS_FILE \S+: is not JSON: the text ends too early, at line 1, column 2\n[^\n]*$/,
    );
  });

  it('names the variable of a key that is not set, also for one model among others', () => {
    const upstream = { base_url: 'https://elsewhere.example/v1', api_key_env: 'ELSEWHERE_API_KEY' };
    writeFileSync(modelsFile, JSON.stringify([row('a'), { ...row('b'), ...upstream }]));
    expect(() => open({ apiKeys: { OTHER_API_KEY: 'sk-other' } })).toThrow(
      `ELSEWHERE_API_KEY is missing or no key: b of ${modelsFile} needs it`,
    );
    expect(open({ apiKeys: { ELSEWHERE_API_KEY: 'sk-elsewhere' } }).find('b')).toMatchObject({
      baseUrl: upstream.base_url,
      apiKeyEnv: upstream.api_key_env,
    });
  });

  it('names a file that is not there', () => {
    unlinkSync(modelsFile);
    expect(() => open()).toThrow(`MODELS_FILE is ${modelsFile}, which cannot be read`);
  });
});

describe('a models file that changes', () => {
  const nextPoll = () => jest.advanceTimersByTime(2_000);

  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(Logger.prototype, 'log').mockImplementation();
    jest.spyOn(Logger.prototype, 'warn').mockImplementation();
  });

  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('is read again when it is written', () => {
    const opened = open();
    writeFileSync(modelsFile, jsonOf('c'));
    nextPoll();
    expect(idsOf(opened)).toEqual(['c']);
    expect(opened.default().id).toBe('c');
  });

  it('is read again when an editor renames another file over it', () => {
    const opened = open();
    writeFileSync(`${modelsFile}.new`, jsonOf('c'));
    renameSync(`${modelsFile}.new`, modelsFile);
    nextPoll();
    expect(idsOf(opened)).toEqual(['c']);
  });

  it('is read again when a link to its directory is swapped, as a mounted ConfigMap does', () => {
    const versions = ['one', 'two'].map((name) => join(directory, name));
    versions.forEach((version, index) => writeFileSync(version, jsonOf(`v${index}`)));
    const linked = join(directory, 'linked.json');
    symlinkSync('one', linked);
    const opened = open({ modelsFile: linked });

    symlinkSync('two', `${linked}.new`);
    renameSync(`${linked}.new`, linked);
    nextPoll();
    expect(idsOf(opened)).toEqual(['v1']);
  });

  it('keeps the models read before while it is faulty, says so once, and recovers', () => {
    const opened = open();
    writeFileSync(modelsFile, '[]');
    nextPoll();
    nextPoll();
    expect(idsOf(opened)).toEqual(['a', 'b']);
    expect(Logger.prototype.warn).toHaveBeenCalledTimes(1);
    expect(Logger.prototype.warn).toHaveBeenCalledWith(
      expect.objectContaining({
        faults: [{ variable: 'MODELS_FILE', issue: `${modelsFile}: must be a list of at least one model` }],
      }),
    );

    writeFileSync(modelsFile, jsonOf('c'));
    nextPoll();
    expect(idsOf(opened)).toEqual(['c']);
  });

  it('keeps the models read before when it loses the default model or vanishes', () => {
    const opened = open({ defaultModel: 'b' });
    writeFileSync(modelsFile, jsonOf('a', 'c'));
    nextPoll();
    expect(idsOf(opened)).toEqual(['a', 'b']);
    unlinkSync(modelsFile);
    nextPoll();
    expect(opened.default().id).toBe('b');
    expect(Logger.prototype.warn).toHaveBeenCalledTimes(2);
  });

  it('is not looked at any more after close', () => {
    const opened = open();
    opened.close();
    writeFileSync(modelsFile, jsonOf('c'));
    nextPoll();
    expect(idsOf(opened)).toEqual(['a', 'b']);
  });
});
