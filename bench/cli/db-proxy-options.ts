import { Command, InvalidArgumentError } from 'commander'
import { parseTarget, type Target } from '../db-proxy/index.ts'
import { parseCommand } from './command.ts'
import { wholeNumber } from './options.ts'

/** The options of `npm run db-proxy`, checked. */
export interface DbProxyOptions {
  readonly target: Target
  readonly port: number
  readonly host: string
  readonly rttMs: number
  /** Undefined where no statistics are served. */
  readonly statsPort: number | undefined
}

const LONGEST_RTT_MS = 60_000

/** @throws UsageError, or PrintedError where everything has been said */
export function parseDbProxyOptions(args: readonly string[]): DbProxyOptions {
  const command = new Command('npm run db-proxy --')
    .description(
      'A PostgreSQL proxy that counts the round trips of whatever connects through it, by statement, and makes each longer by a network time. Until Ctrl-C, which prints the counts.',
    )
    .requiredOption('--target <place>', 'the database: host:port, or its URL; not over TLS')
    .option('--listen <port>', '0 takes any that is free', wholeNumber(0, 65_535), 6432)
    .option('--host <name>', 'where to listen; other machines reach it only if this says so', '127.0.0.1')
    .option('--rtt <ms>', 'added to each request on its way to the database', milliseconds, 0)
    .option(
      '--stats-port <port>',
      'serves GET /stats and POST /stats/reset there, on 127.0.0.1 alone (default: nowhere)',
      wholeNumber(0, 65_535),
    )
  parseCommand(command, args)
  const { target, listen, host, rtt, statsPort } = command.opts<{
    target: string
    listen: number
    host: string
    rtt: number
    statsPort?: number
  }>()
  return { target: parseTarget(target), port: listen, host, rttMs: rtt, statsPort }
}

function milliseconds(text: string): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && value <= LONGEST_RTT_MS) return value
  throw new InvalidArgumentError(`Expected milliseconds from 0 to ${LONGEST_RTT_MS}, as in 5 or 0.5.`)
}
