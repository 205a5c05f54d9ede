import type { Faults } from './faults';
import { guessable } from './guessable';
import type { Values, VariableName } from './variables/table';

/** What holds when no rule found a fault. */
export type CheckedValues = Values & { readonly SECRET_KEY: string; readonly ENCRYPTION_KEY: Buffer };

/** What variables ask of each other; one that could not be read has its fault already and is absent. */
export function checkTogether(values: Partial<Values>, faults: Faults): void {
  checkKeys(values, faults);
  checkModel(values, faults);
  checkWebhook(values, faults);
  checkMail(values, faults);
  checkGroup(values, faults, ['ADMIN_USERNAME', 'ADMIN_EMAIL', 'ADMIN_PASSWORD']);
  checkGroup(
    values,
    faults,
    ['S3_BUCKET', 'S3_REGION', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
    ['S3_ENDPOINT', 'S3_FORCE_PATH_STYLE'],
  );
  checkPorts(values, faults);
  checkReplicas(values, faults);
}

function checkKeys(values: Partial<Values>, faults: Faults): void {
  if (values.NODE_ENV !== 'production') return;
  const keys = {
    SECRET_KEY: [values.SECRET_KEY],
    SECRET_KEYS_OLD: values.SECRET_KEYS_OLD ?? [],
    ENCRYPTION_KEY: [values.ENCRYPTION_KEY],
    ENCRYPTION_KEYS_OLD: values.ENCRYPTION_KEYS_OLD ?? [],
  };
  for (const name of ['SECRET_KEY', 'SECRET_KEYS_OLD', 'ENCRYPTION_KEY', 'ENCRYPTION_KEYS_OLD'] as const) {
    for (const key of keys[name]) {
      const issue = key === undefined ? 'is missing: production makes no keys of its own' : weakness(Buffer.from(key));
      if (issue !== undefined) faults.add(name, issue);
    }
  }
}

function weakness(key: Buffer): string | undefined {
  if (key.length < 32) return 'is too short for production: at least 32 bytes';
  if (guessable(key)) return 'is a placeholder or easy to guess: make a random one';
  return undefined;
}

function checkModel(values: Partial<Values>, faults: Faults): void {
  if (values.OPENAI_API_KEY !== undefined) return;
  if (values.LLM_PROVIDER === 'openai') faults.add('OPENAI_API_KEY', 'is missing: LLM_PROVIDER=openai needs it');
  if (values.NODE_ENV === 'production' && values.LLM_PROVIDER === undefined && !faults.has('LLM_PROVIDER')) {
    faults.add('OPENAI_API_KEY', 'is missing: set it, or say LLM_PROVIDER=demo if the demo model is what you want');
  }
}

function checkWebhook(values: Partial<Values>, faults: Faults): void {
  const wanted = values.WEBHOOK_URL !== undefined || faults.has('WEBHOOK_URL');
  if (values.NODE_ENV === 'production' && wanted && values.WEBHOOK_SECRET === undefined) {
    faults.add('WEBHOOK_SECRET', 'is missing: WEBHOOK_URL needs it in production');
  }
}

/** Without it a link would begin with the Host header of whoever asked for the mail: his own server, if he likes. */
function checkMail(values: Partial<Values>, faults: Faults): void {
  const wanted = values.SMTP_URL !== undefined || faults.has('SMTP_URL');
  if (values.NODE_ENV === 'production' && wanted && values.PUBLIC_URL === undefined) {
    faults.add('PUBLIC_URL', 'is missing: SMTP_URL needs it in production, for the links in mails');
  }
}

/** One of them, or of those that go with them, calls for all of them. */
function checkGroup(
  values: Partial<Values>,
  faults: Faults,
  needed: readonly VariableName[],
  alongside: readonly VariableName[] = [],
): void {
  const first = [...needed, ...alongside].find((name) => Boolean(values[name]) || faults.has(name));
  if (first === undefined) return;
  for (const name of needed) {
    if (values[name] === undefined) faults.add(name, `is missing: ${first} needs it`);
  }
}

function checkPorts(values: Partial<Values>, faults: Faults): void {
  const taken = new Map<number, VariableName>();
  for (const name of ['PORT', 'GRPC_PORT', 'ASK_WS_PORT'] as const) {
    const port = values[name];
    if (port === undefined || port === 0) continue;
    const other = taken.get(port);
    if (other !== undefined) faults.add(name, `is ${port}, as ${other} is: each door needs a port of its own`);
    taken.set(port, name);
  }
}

/** Each would answer from a file of its own, or all would wait for one. */
function checkReplicas({ REPLICAS = 1, DATABASE_URL }: Partial<Values>, faults: Faults): void {
  if (REPLICAS > 1 && DATABASE_URL?.engine === 'sqlite') {
    faults.add('REPLICAS', `is ${REPLICAS}, and DATABASE_URL is SQLite, which serves one: use PostgreSQL or MariaDB`);
  }
}
