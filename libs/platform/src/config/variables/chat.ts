import { baseUrl, endpointUrl, port, proxyUrl } from '../network-parsers';
import { anyText, boolean, choice, duration, integer, number, pairs, timeZone, token, type Parser } from '../parsers';
import { locales, type Locale } from '../../i18n/texts';
import type { VariableSection } from '../variable';

const SECOND = 1000;

const locale: Parser<Locale> = (text) => {
  const language = text.toLowerCase().split(/[-_]/)[0];
  const known = locales.find((each) => each === language);
  if (known === undefined) throw new Error(`must be one of ${locales.join(', ')}`);
  return known;
};

export const model = {
  LLM_PROVIDER: {
    doc: 'openai (or any server that speaks its protocol), or demo, a model that only says that it is one.',
    parse: choice('openai', 'demo'),
    unset: 'openai with a key, else demo, which production refuses unless it is said',
    example: 'openai',
  },
  OPENAI_API_KEY: {
    doc: 'The key of the upstream; a server that needs none takes any word. API_KEY is read too.',
    parse: token,
    unset: 'the demo model answers',
    secret: true,
    alias: 'API_KEY',
  },
  OPENAI_API_BASE: {
    doc: 'The upstream, or any server that speaks its protocol.',
    parse: baseUrl,
    fallback: 'https://api.openai.com/v1',
  },
  OPENAI_MODEL: { doc: 'The model for those who name none.', parse: anyText, unset: 'the first of MODELS_FILE' },
  OPENAI_MAX_TOKENS: {
    doc: 'The longest answer for those who name no length.',
    parse: integer(1, 1_000_000),
    fallback: '1000',
  },
  OPENAI_TEMPERATURE: { doc: 'The temperature for those who name none.', parse: number(0, 2), fallback: '0.7' },
  OPENAI_TIMEOUT: {
    doc: 'Seconds of silence after which the upstream counts as gone.',
    parse: duration(SECOND, 0.001, 3600),
    fallback: '60',
  },
  OPENAI_MAX_RETRIES: { doc: 'Further tries before the first token.', parse: integer(0, 10), fallback: '3' },
  OPENAI_PROXY: {
    doc: 'An http(s) proxy on the way to the upstream. PROXY is read too.',
    parse: proxyUrl,
    unset: 'none',
    example: 'http://127.0.0.1:3128',
    secret: true,
    alias: 'PROXY',
  },
  MODELS_FILE: {
    doc: 'The catalogue of models and prices. A model may name its own base_url, fallbacks, and as api_key_env a variable that ends in _API_KEY.',
    parse: anyText,
    fallback: 'config/models.json',
  },
  TITLE_MODEL: {
    doc: 'The model that makes titles of conversations; empty: none are made.',
    parse: anyText,
    unset: 'the cheapest of MODELS_FILE',
    blankCounts: true,
  },
} satisfies VariableSection;

export const chat = {
  MAX_CONCURRENT_TURNS: {
    doc: 'How many answers of one user may be in the making at once.',
    parse: integer(1, 10_000),
    fallback: '10',
  },
  QUOTA_TIMEZONE: { doc: 'Where the days and months of quotas begin.', parse: timeZone, fallback: 'UTC' },
  ENABLE_CACHE: {
    doc: 'Which identical requests are answered from a cache: off, deterministic (temperature 0) or all.',
    parse: choice('off', 'deterministic', 'all'),
    fallback: 'deterministic',
  },
  CACHE_TTL: {
    doc: 'Seconds that an answer stays in that cache.',
    parse: duration(SECOND, 0.001, 31_536_000),
    fallback: '3600',
  },
  CHAT_ON_DISCONNECT: {
    doc: 'What becomes of an answer whose reader leaves: continue, or abort (and keep what came).',
    parse: choice('continue', 'abort'),
    fallback: 'continue',
  },
  DEFAULT_LOCALE: {
    doc: 'The language of messages for those who ask for none that we have: en or zh.',
    parse: locale,
    fallback: 'en',
  },
} satisfies VariableSection;

export const doors = {
  COMPAT_ENABLED: { doc: "Opens the HTTP doors for other backends' clients.", parse: boolean, fallback: 'true' },
  GRPC_PORT: { doc: 'The port of the gRPC door.', parse: port, unset: 'off', example: '9000' },
  ASK_WS_PORT: { doc: 'The port of the text WebSocket door.', parse: port, unset: 'off', example: '9001' },
} satisfies VariableSection;

export const notifications = {
  WEBHOOK_URL: {
    doc: 'An address that is told of what happens here.',
    parse: endpointUrl,
    unset: 'none',
    secret: true,
  },
  WEBHOOK_SECRET: {
    doc: 'Signs what WEBHOOK_URL is sent; needed for it in production.',
    parse: anyText,
    unset: 'not signed',
    secret: true,
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    doc: 'The OpenTelemetry collector that traces go to, by OTLP over HTTP; /v1/traces is appended.',
    parse: baseUrl,
    unset: 'off',
    example: 'http://127.0.0.1:4318',
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    doc: 'Headers for it, as name=value,name=value with %XX for what is no plain text; often a key.',
    parse: pairs,
    unset: 'none',
    secret: true,
  },
  OTEL_SERVICE_NAME: { doc: 'Our name in those traces.', parse: anyText, fallback: 'chatgpt-backend' },
  OTEL_RESOURCE_ATTRIBUTES: {
    doc: 'What else those traces say of this process, as name=value,name=value.',
    parse: pairs,
    unset: 'nothing',
    example: 'deployment.environment.name=production',
  },
  OTEL_TRACES_SAMPLER: {
    doc: 'Which requests are traced: always_on, always_off or traceidratio; with parentbased_ as the caller decided.',
    parse: choice(
      ...(['always_on', 'always_off', 'traceidratio'] as const),
      ...(['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const),
    ),
    fallback: 'parentbased_always_on',
  },
  OTEL_TRACES_SAMPLER_ARG: { doc: 'The share that traceidratio takes.', parse: number(0, 1), fallback: '1' },
} satisfies VariableSection;
