import { startApp, type TestApp } from '../harness/start-app';

describe('system routes', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ environment: { DOCS_ENABLED: 'true', METRICS_TOKEN: 'metrics-secret' } });
  });
  afterAll(() => app.stop());

  describe.each(['', '/api/v1'])('at %j', (base) => {
    it('tells its health', async () => {
      const answer = await app.api.get<Record<string, unknown>>(`${base}/health`);
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({
        status: 'healthy',
        services: {
          database: 'healthy',
          redis: process.env['TEST_REDIS_URL'] ? 'healthy' : 'disabled',
          openai: 'not_configured',
        },
      });
      expect(answer.body).not.toHaveProperty('success');
    });

    it('lives and is ready', async () => {
      expect(await app.api.get(`${base}/health/live`)).toMatchObject({ status: 200, body: { status: 'alive' } });
      expect(await app.api.get(`${base}/health/ready`)).toMatchObject({
        status: 200,
        body: { status: 'ready', database: true, migrations: true, draining: false },
      });
    });

    it('says what it is', async () => {
      const root = await app.api.get<{ name: string; version: string }>(base || '/');
      expect(root).toMatchObject({ status: 200, body: { docs: '/docs', health: '/health' } });
      const info = await app.api.get(`${base}/info`);
      expect(info).toMatchObject({
        status: 200,
        body: { name: root.body.name, version: root.body.version, environment: 'test', supported_models: ['demo'] },
      });
    });

    it('gives its metrics to the bearer of the token alone', async () => {
      await app.api.get('/health/live');
      expect((await app.api.get(`${base}/metrics`)).status).toBe(401);
      expect((await app.api.get(`${base}/metrics`, { token: 'metrics-secreT' })).status).toBe(401);
      const answer = await app.api.get(`${base}/metrics`, { token: 'metrics-secret' });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
      expect(answer.text).toMatch(/^http_requests_total\{method="GET",endpoint="\/health\/live",status="200"\} \d+$/m);
      expect(answer.text).toContain('http_request_duration_seconds_bucket');
      expect(answer.text).toContain('process_resident_memory_bytes');
    });
  });

  it('lists the models in the envelope, in the language asked for', async () => {
    const english = await app.api.get('/api/v1/models', { headers: { 'accept-language': 'en' } });
    const chinese = await app.api.get('/api/v1/models', { headers: { 'accept-language': 'zh-CN' } });
    expect(english).toMatchObject({ status: 200, body: { success: true, message: 'OK' } });
    expect(chinese).toMatchObject({ status: 200, body: { success: true, message: '成功' } });
    expect(JSON.stringify(english.body)).toMatch(/[Dd]emo/);
    expect(JSON.stringify(chinese.body)).toMatch(/演示/);
  });

  it('makes no series of paths that nobody serves', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, i) => app.api.get(`/nowhere/${i}`)));
    const { text } = await app.api.get('/metrics', { token: 'metrics-secret' });
    expect(text).not.toContain('nowhere');
    const [, count] = /^http_requests_total\{.*endpoint="unmatched",status="404"\} (\d+)$/m.exec(text) ?? [];
    expect(Number(count)).toBeGreaterThanOrEqual(50);
  });

  it('serves its documents from local files alone', async () => {
    const document = JSON.parse((await app.api.get('/openapi.json')).text) as { openapi: string; paths: object };
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/health', '/api/v1/models']));

    for (const page of ['/docs', '/redoc']) {
      const answer = await app.api.get(page);
      expect(answer.status).toBe(200);
      const sources = [...answer.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
      expect(sources.length).toBeGreaterThan(0);
      for (const source of sources) {
        expect(source).not.toMatch(/^(https?:)?\/\//);
        const asset = await app.api.get(new URL(source, `http://x${page}`).pathname);
        expect([source, asset.status]).toEqual([source, 200]);
      }
    }
  });
});

describe('without documentation', () => {
  it('has no pages about itself', async () => {
    const app = await startApp({ environment: { DOCS_ENABLED: 'false' } });
    for (const page of ['/docs', '/redoc', '/openapi.json']) {
      expect((await fetch(app.baseUrl + page)).status).toBe(404);
    }
    expect(await app.api.get('/')).toMatchObject({ body: { docs: null } });
    await app.stop();
  });
});
