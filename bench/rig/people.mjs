const json = { 'content-type': 'application/json' };

/** The users of a server, who ask questions in conversations of their own. */
export class People {
  /** `first`: of those who are not there yet. */
  static async of(server, count, first = 0) {
    const people = new People(server);
    people.tokens = await Promise.all(Array.from({ length: count }, (none, index) => people.register(first + index)));
    return people;
  }

  constructor({ port }) {
    this.port = port;
  }

  /** As many questions for conversations of their own, shared out among the users. */
  async questions(count, wish, stream) {
    return Promise.all(
      Array.from({ length: count }, async (none, index) => {
        const token = this.tokens[index % this.tokens.length];
        const { id } = await this.send('POST', '/api/v1/conversations', { title: 'bench' }, token);
        return {
          port: this.port,
          path: `/api/v1/conversations/${id}/messages`,
          headers: { authorization: `Bearer ${token}` },
          body: JSON.stringify({ content: JSON.stringify(wish), stream }),
        };
      }),
    );
  }

  async register(index) {
    const credentials = this.credentials(index);
    const body = { ...credentials, email: `${credentials.username}@example.com` };
    return (await this.send('POST', '/api/v1/auth/register', body)).access_token;
  }

  credentials(index) {
    return { username: `bench-${index}`, password: 'correct-horse-bench' };
  }

  async send(method, path, body, token) {
    const headers = token === undefined ? json : { ...json, authorization: `Bearer ${token}` };
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, { method, headers, body: JSON.stringify(body) });
    const { data, error } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path} answers ${answer.status}: ${error.message}`);
    return data;
  }
}

/** The same questions for the upstream itself. */
export function bareQuestions(port, count, wish, stream) {
  const question = { model: 'gpt-4o', messages: [{ role: 'user', content: JSON.stringify(wish) }] };
  const streaming = stream ? { stream, stream_options: { include_usage: true } } : {};
  return Array(count).fill({
    ...{ port, path: '/v1/chat/completions', headers: {} },
    body: JSON.stringify({ ...question, ...streaming }),
  });
}
