import type { OpenApiCheck } from './openapi-check';

export interface ApiRequest {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is a string or bytes already. */
  readonly body?: unknown;
}

export interface ApiAnswer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
  readonly text: string;
}

/** A REST client as a front-end would write one; it refuses answers that the OpenAPI document does not describe. */
export class ApiClient {
  constructor(
    readonly baseUrl: string,
    private readonly openApi: OpenApiCheck,
  ) {}

  get<T>(path: string, request: ApiRequest = {}): Promise<ApiAnswer<T>> {
    return this.send('GET', path, request);
  }
  post<T>(path: string, body?: unknown, request: ApiRequest = {}): Promise<ApiAnswer<T>> {
    return this.send('POST', path, { ...request, body });
  }
  put<T>(path: string, body?: unknown, request: ApiRequest = {}): Promise<ApiAnswer<T>> {
    return this.send('PUT', path, { ...request, body });
  }
  patch<T>(path: string, body?: unknown, request: ApiRequest = {}): Promise<ApiAnswer<T>> {
    return this.send('PATCH', path, { ...request, body });
  }
  delete<T>(path: string, body?: unknown, request: ApiRequest = {}): Promise<ApiAnswer<T>> {
    return this.send('DELETE', path, { ...request, body });
  }

  async send<T>(method: string, path: string, { token, headers, body }: ApiRequest = {}): Promise<ApiAnswer<T>> {
    const response = await fetch(this.baseUrl + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: encode(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    const answer = { status: response.status, headers: response.headers, text };
    if (!isJson || text === '') return { ...answer, body: undefined as T };
    const parsed = JSON.parse(text) as T;
    const [pathname = path] = path.split('?');
    if (pathname !== '/openapi.json')
      this.openApi.check({ method, path: pathname, status: response.status, body: parsed });
    return { ...answer, body: parsed };
  }
}

function encode(body: unknown): string | Uint8Array<ArrayBuffer> {
  return typeof body === 'string' || body instanceof Uint8Array
    ? (body as string | Uint8Array<ArrayBuffer>)
    : JSON.stringify(body);
}
