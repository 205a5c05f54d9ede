import { ConfigurationError } from '#platform';

/** The last words of a process that could not start: what is wrong and where, without a stack where none helps. */
export function explainBootFailure(error: unknown): never {
  process.stderr.write(`${wordsFor(error)}\n`);
  process.exit(1);
}

interface ListenError extends NodeJS.ErrnoException {
  readonly port?: number;
  readonly address?: string;
  readonly hostname?: string;
}

function wordsFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ConfigurationError) return error.message;
  const { code, port, address, hostname } = error as ListenError;
  switch (code) {
    case 'EADDRINUSE':
      return `PORT: ${port} is taken on ${address}. Stop what listens there, or set PORT to another number.`;
    case 'EACCES':
      return `PORT: ${port} may not be used by this user. Set PORT to a number above 1023.`;
    case 'EADDRNOTAVAIL':
      return `HOST: ${address} is not an address of this machine.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST: ${hostname} has no address.`;
    default:
      return error.name === 'Error' ? error.message : (error.stack ?? error.message);
  }
}
