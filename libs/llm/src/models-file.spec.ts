import { parseModels } from './models-file';

const row = {
  id: 'small-1',
  name: 'Small 1',
  description: { en: 'Small', zh: '小' },
  context_window: 8_192,
  max_output_tokens: 4_096,
  cost_per_1k_tokens: { input: 0.0001, output: 0.0005 },
  capabilities: ['chat', 'vision'],
};

const faultsOf = (...rows: unknown[]) => parseModels(JSON.stringify(rows)).faults;

describe('parseModels', () => {
  it('reads a model', () => {
    expect(parseModels(JSON.stringify([row]))).toEqual({
      models: [
        {
          id: 'small-1',
          name: 'Small 1',
          description: { en: 'Small', zh: '小' },
          contextWindow: 8_192,
          maxOutputTokens: 4_096,
          costPer1kTokens: { input: 0.0001, output: 0.0005 },
          capabilities: ['chat', 'vision'],
        },
      ],
      faults: [],
      ids: ['small-1'],
    });
  });

  it('reads where a model answers, with which key, and who may answer in its place', () => {
    const elsewhere = { base_url: 'https://a.example/v1/', api_key_env: 'A_API_KEY', fallbacks: ['large-1'] };
    const { models, faults } = parseModels(
      JSON.stringify([
        { ...row, ...elsewhere },
        { ...row, id: 'large-1' },
      ]),
    );
    expect(faults).toEqual([]);
    expect(models[0]).toMatchObject({
      baseUrl: 'https://a.example/v1',
      apiKeyEnv: 'A_API_KEY',
      fallbacks: ['large-1'],
    });
  });

  it.each([
    [{ id: 'a b' }, 'a b [0].id must be 1 to 100 letters, digits or signs without spaces, not "a b"'],
    [{ id: 7 }, '[0].id must be 1 to 100 letters, digits or signs without spaces, not 7'],
    [{ name: ' ' }, 'small-1 [0].name must be a text in UTF-8, not " "'],
    [{ name: undefined }, 'small-1 [0].name is missing'],
    [{ description: 'Small' }, 'small-1 [0].description must be an object'],
    [{ description: { en: 'Small' } }, 'small-1 [0].description.zh is missing'],
    [{ context_window: '128k' }, 'small-1 [0].context_window must be a whole number above 0, not "128k"'],
    [{ max_output_tokens: 0.5 }, 'small-1 [0].max_output_tokens must be a whole number above 0, not 0.5'],
    [{ max_output_tokens: 8_193 }, 'small-1 [0].max_output_tokens must be at most context_window, 8192, not 8193'],
    [
      { cost_per_1k_tokens: { input: -1, output: 0 } },
      'small-1 [0].cost_per_1k_tokens.input must be a number of US dollars, 0 or more, not -1',
    ],
    [
      { capabilities: ['chat', 'telepathy'] },
      'small-1 [0].capabilities must be a list of chat, vision, tools, json_mode, reasoning, each at most once, not ["chat","telepathy"]',
    ],
    [
      { capabilities: ['chat', 'chat'] },
      'small-1 [0].capabilities must be a list of chat, vision, tools, json_mode, reasoning, each at most once, not ["chat","chat"]',
    ],
    [
      { base_url: 'ftp://a.example', api_key_env: 'A_API_KEY' },
      'small-1 [0].base_url must be an http(s) address without a password, a query or a fragment, not "ftp://a.example"',
    ],
    [
      { base_url: 'https://me:pw@a.example', api_key_env: 'A_API_KEY' },
      'small-1 [0].base_url must be an http(s) address without a password, a query or a fragment, not "https://me:pw@a.example"',
    ],
    [{ base_url: 'https://a.example/v1' }, 'small-1 [0].base_url needs api_key_env: no other key is sent there'],
    [
      { api_key_env: 'SECRET_KEY' },
      'small-1 [0].api_key_env must be the name of a variable that ends in _API_KEY, not "SECRET_KEY"',
    ],
    [{ fallbacks: 'b' }, 'small-1 [0].fallbacks must be a list of ids of models, not "b"'],
    [{ fallbacks: ['small-2'] }, 'small-1 [0].fallbacks names small-2, which is no other model of the file'],
    [{ fallbacks: ['small-1'] }, 'small-1 [0].fallbacks names small-1, which is no other model of the file'],
    [{ api_key: 'sk-secret' }, 'small-1 [0].api_key is not a field of the catalogue'],
  ])('refuses %j', (change, fault) => {
    expect(faultsOf({ ...row, ...change })).toEqual([fault]);
  });

  it('refuses a price too great for a number', () => {
    const json = JSON.stringify([row]).replace('0.0005', '1e999');
    expect(parseModels(json).faults).toHaveLength(1);
  });

  it('lists the faults of all models, and the ids even so', () => {
    const { models, faults, ids } = parseModels(
      JSON.stringify([{ ...row, name: 1, context_window: -1 }, null, { ...row, id: 'large-1' }, row]),
    );
    expect(models).toEqual([]);
    expect(faults).toEqual([
      'small-1 [0].name must be a text in UTF-8, not 1',
      'small-1 [0].context_window must be a whole number above 0, not -1',
      'small-1 [0].max_output_tokens must be at most context_window, -1, not 4096',
      '[1] must be an object',
      'small-1 [3].id is taken by [0]',
    ]);
    expect(ids).toEqual(['small-1', 'large-1', 'small-1']);
  });

  it('is not fooled by the names that every object has', () => {
    expect(faultsOf(JSON.parse(JSON.stringify(row).replace('"name"', '"__proto__"')))).toEqual([
      'small-1 [0].name is missing',
      'small-1 [0].__proto__ is not a field of the catalogue',
    ]);
  });

  it.each(['{}', '[]', 'null', '{"models": []}'])('refuses %s, which holds no model', (json) => {
    expect(parseModels(json).faults).toEqual(['must be a list of at least one model']);
  });

  it('says where a file stops being JSON', () => {
    expect(parseModels('[\n  {},\n]').faults).toEqual(['is not JSON: unexpected ] at line 3, column 1']);
  });
});
