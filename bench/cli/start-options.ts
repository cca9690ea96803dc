import { Command, Option } from 'commander'
import { TOKEN_PATTERN } from '../../engine/http/index.ts'
import { UsageError } from '../run/index.ts'
import { parseCommand } from './command.ts'
import {
  addEngineOptions,
  type EngineProcessOptions,
  isLoopback,
  MOST_PORT,
  type RawEngineOptions,
  readEngineOptions,
} from './engine-options.ts'
import { wholeNumber } from './options.ts'

/** The options of `npm start`, checked. */
export interface StartOptions extends EngineProcessOptions {
  readonly port: number
  readonly host: string
  readonly token: string | undefined
  /** Goes on with runs by itself. */
  readonly auto: boolean
  /** Who goes on with runs: whoever calls process-next, or the workers that take them from a queue. */
  readonly dispatch: Dispatch
}

const DISPATCHES = ['inline', 'pg-boss'] as const
export type Dispatch = (typeof DISPATCHES)[number]

interface RawOptions extends RawEngineOptions {
  port: number
  host: string
  token?: string
  auto?: boolean
  dispatch?: Dispatch
}

/**
 * Reads the command line, and from the environment TIERBENCH_TOKEN, DISPATCH and what readEngineOptions names.
 * @param args Without the interpreter and the script.
 * @throws UsageError, or PrintedError where everything has been said.
 */
export function parseStartOptions(args: readonly string[], env: NodeJS.ProcessEnv): StartOptions {
  const command = startCommand()
  parseCommand(command, args)
  const raw = command.opts<RawOptions>()
  const engine = readEngineOptions(raw, env)
  const token = readToken(raw.token ?? env.TIERBENCH_TOKEN)
  if (token === undefined && !isLoopback(raw.host)) {
    throw new UsageError(
      `expected a token with --host ${raw.host} (--token or TIERBENCH_TOKEN), got none: whoever reaches this machine could read all documents and start runs`,
    )
  }
  const auto = raw.auto ?? false
  const dispatch = readDispatch(raw.dispatch ?? (env.DISPATCH || 'inline'))
  if (dispatch === 'pg-boss' && auto) {
    throw new UsageError('expected --auto or --dispatch pg-boss, got both: runs go on in one way only')
  }
  if (dispatch === 'pg-boss' && engine.databaseUrl === undefined) {
    throw new UsageError(
      'expected DATABASE_URL with --dispatch pg-boss, got none: workers take runs from the database that it names',
    )
  }
  return { ...engine, port: raw.port, host: raw.host, token, auto, dispatch }
}

function startCommand(): Command {
  const command = new Command('npm start --')
    .description(
      'Serves the reference engine over HTTP until Ctrl-C, on a PostgreSQL of its own and with a mock of the Claude API, or with the real ones where DATABASE_URL and ANTHROPIC_API_KEY are set.',
    )
    .option('--port <n>', '0 takes any that is free', wholeNumber(0, MOST_PORT), 4040)
    .option('--host <name>', 'where to listen; other machines reach it only if this says so', '127.0.0.1')
    .option('--token <token>', 'lets in only who sends it as a bearer token (also: TIERBENCH_TOKEN)')
    .option('--auto', 'go on with runs without being asked: no process-next is needed')
    .addOption(
      new Option(
        '--dispatch <how>',
        'who goes on with runs: whoever calls process-next, or npm run worker, by a queue in the database (default: "inline"; also: DISPATCH)',
      ).choices(DISPATCHES),
    )
  return addEngineOptions(command)
}

function readDispatch(dispatch: string): Dispatch {
  const found = DISPATCHES.find((known) => known === dispatch)
  if (found !== undefined) return found
  throw new UsageError(`expected DISPATCH to be ${DISPATCHES.join(' or ')}, got "${dispatch}"`)
}

function readToken(token: string | undefined): string | undefined {
  if (token === undefined || TOKEN_PATTERN.test(token)) return token
  throw new UsageError('expected a token of letters, digits and ._~+/-, as HTTP can carry it, got another')
}
