import type { ValueOf, VariableSection } from '../variable';
import { accounts, keys, mail, rates } from './accounts';
import { chat, doors, model, notifications } from './chat';
import { files, logs, server, stores } from './server';

/** As `.env.example` shows them. */
export const sections: Readonly<Record<string, VariableSection>> = {
  Server: server,
  'Database and Redis': stores,
  Keys: keys,
  'Language model': model,
  Chat: chat,
  Accounts: accounts,
  Rates: rates,
  Mail: mail,
  Files: files,
  Logs: logs,
  'Other doors': doors,
  'Webhook and traces': notifications,
};

const table = {
  ...server,
  ...stores,
  ...keys,
  ...model,
  ...chat,
  ...accounts,
  ...rates,
  ...mail,
  ...files,
  ...logs,
  ...doors,
  ...notifications,
};

export type VariableName = keyof typeof table;

export type Values = { readonly [Name in VariableName]: ValueOf<(typeof table)[Name]> };

/** Every variable there is. */
export const variables: Readonly<Record<VariableName, VariableSection[string]>> = table;
