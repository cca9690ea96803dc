import { UsageError } from '../run/index.ts'

/** What is wrong with a port or a host that was asked for, as a UsageError; another error as it is. */
export function explainListenError(
  error: unknown,
  { host, port }: { readonly host: string; readonly port: number },
): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new UsageError(`expected a free port, got ${port}, which another process listens on`)
    case 'EACCES':
      return new UsageError(`expected a port that this user may listen on, got ${port}`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new UsageError(`expected --host to be an address of this machine, got "${host}"`)
    default:
      return error
  }
}
