import { execFileSync } from 'node:child_process';
import { Child } from './child.mjs';
import { sideBySide } from './side-by-side.mjs';

const FILE = 'bench/processes/fastapi_stand_in.py';
/** Debian's packages belong to its own interpreter, which need not be the first on the path. */
const INTERPRETERS = ['python3', '/usr/bin/python3'];
const IMPORTS = 'import fastapi, uvicorn, httpx, sqlalchemy, asyncpg, uvloop, httptools';
const PACKAGES = 'python3-fastapi -uvicorn -httpx -sqlalchemy -asyncpg -uvloop -httptools';

function hasAll(interpreter) {
  try {
    execFileSync(interpreter, ['-c', IMPORTS], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const interpreter = INTERPRETERS.find(hasAll);
export const whyNoFastApi = interpreter === undefined ? `Debian's ${PACKAGES} are not installed` : undefined;

export async function startFastApi(upstreamPort, databaseUrl) {
  const database = databaseUrl.replace(/^postgres(ql)?:/, 'postgresql+asyncpg:');
  const child = new Child(FILE, [`http://127.0.0.1:${upstreamPort}/v1`, database], {
    execPath: interpreter,
    execArgv: [],
  });
  child.port = (await child.hears((message) => message.port !== undefined)).port;
  return child;
}

/** Its users, who ask in conversations of their own. */
export class FastApiPeople {
  static async of({ port }, count) {
    const people = new FastApiPeople(port);
    for (let index = 0; index < count; index++) {
      people.tokens.push((await people.send('/users', { name: `bench-${index}` })).token);
    }
    return people;
  }

  tokens = [];

  constructor(port) {
    this.port = port;
  }

  async questions(count, wish, stream) {
    const questions = [];
    await sideBySide(count, 10, async () => {
      const authorization = `Bearer ${this.tokens[questions.length % this.tokens.length]}`;
      const { id } = await this.send('/conversations', {}, authorization);
      const path = `/conversations/${id}/messages`;
      const body = JSON.stringify({ content: JSON.stringify(wish), stream });
      questions.push({ port: this.port, path, headers: { authorization }, body });
    });
    return questions;
  }

  async send(path, body, authorization) {
    const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      ...{ method: 'POST', headers, body: JSON.stringify(body) },
    });
    if (!answer.ok) throw new Error(`FastAPI's ${path} answers ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }
}
