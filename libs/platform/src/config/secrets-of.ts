import type { Config } from './config';

/** The literal secrets in force, for the log to strike out; those inside URLs as well. */
export function secretsOf(config: Config): string[] {
  const { auth, database, encryption, files, http, llm, mail, redis, telemetry, webhook } = config;
  const secrets = [
    ...auth.tokenKeys,
    ...encryption.keys.map((key) => key.toString('base64')),
    auth.firstAdmin?.password,
    http.metricsToken,
    llm.openai.apiKey,
    ...Object.values(llm.apiKeys),
    files.s3?.secretAccessKey,
    webhook?.secret,
    // Where such an address goes is often all that protects it.
    webhook?.url,
    ...Object.values(telemetry?.headers ?? {}),
    database.engine === 'sqlite' ? undefined : database.password,
    redis?.password,
    ...passwordIn(llm.openai.proxyUrl),
    ...passwordIn(mail.smtpUrl),
  ];
  return [...new Set(secrets.filter((secret) => secret !== undefined))];
}

/** As the URL writes it, and as it is meant. */
function passwordIn(url: string | undefined): string[] {
  if (url === undefined) return [];
  const { password } = new URL(url);
  return password === '' ? [] : [password, decodeURIComponent(password)];
}
