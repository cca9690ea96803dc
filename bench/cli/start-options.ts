import { Command, InvalidArgumentError, Option } from 'commander'
import { TOKEN_PATTERN } from '../../engine/http/index.ts'
import { type Flags, PACING, type PacingMode } from '../../engine/index.ts'
import { LOG_LEVELS, type LogLevel } from '../../engine/telemetry/index.ts'
import { KNOWN_MODELS, LATENCY_NAMES, LIMIT_NAMES } from '../../mocks/index.ts'
import { SCENARIOS, type Scenario } from '../../scenarios/index.ts'
import { resolveModes, UsageError } from '../run/index.ts'
import { parseCommand } from './command.ts'
import { wholeNumber } from './options.ts'

/** The options of `npm start`, checked. */
export interface StartOptions {
  readonly port: number
  readonly host: string
  readonly token: string | undefined
  readonly flags: Flags
  readonly allowUnsafe: boolean
  readonly pacing: PacingMode
  readonly budgetMs: number
  readonly model: string
  /** How much a document becomes: that of the scenario `typical`. */
  readonly shape: Scenario['workload']
  readonly claude: ClaudeChoice
  readonly databaseUrl: string | undefined
  /** Goes on with runs by itself. */
  readonly auto: boolean
  readonly graceMs: number
  readonly logLevel: LogLevel
  readonly otel: boolean
}

export type ClaudeChoice =
  /** `baseUrl` as in ANTHROPIC_BASE_URL, which the SDK reads itself. */
  | { readonly kind: 'api'; readonly apiKey: string; readonly baseUrl: string | undefined }
  | { readonly kind: 'mock'; readonly profile: string; readonly latency: string }

interface RawOptions {
  port: number
  host: string
  token?: string
  tier?: string
  flags?: string
  allowUnsafe?: boolean
  pacing: PacingMode
  budget: number
  model: string
  profile?: string
  latency?: string
  auto?: boolean
  grace: number
  logLevel: LogLevel
  otel?: boolean
}

const DEFAULT_TIER = '3'
const DEFAULT_PROFILE = 'seed'
const DEFAULT_LATENCY = 'plan'
const MOST_SECONDS = 86_400

/**
 * Reads the command line, and from the environment ANTHROPIC_API_KEY, DATABASE_URL, TIER, TIERBENCH_TOKEN
 * and OTEL_EXPORTER_OTLP_ENDPOINT.
 * @param args Without the interpreter and the script.
 * @throws UsageError, or PrintedError where everything has been said.
 */
export function parseStartOptions(args: readonly string[], env: NodeJS.ProcessEnv): StartOptions {
  const scenario = SCENARIOS.find(({ name }) => name === 'typical') as Scenario
  const command = startCommand(scenario)
  parseCommand(command, args)
  const raw = command.opts<RawOptions>()
  const [mode] = resolveModes({
    mode: undefined,
    tier: raw.tier ?? (env.TIER || DEFAULT_TIER),
    flags: raw.flags,
    allowUnsafe: raw.allowUnsafe ?? false,
  })
  const token = readToken(raw.token ?? env.TIERBENCH_TOKEN)
  if (token === undefined && !isLoopback(raw.host)) {
    throw new UsageError(
      `expected a token with --host ${raw.host} (--token or TIERBENCH_TOKEN), got none: whoever reaches this machine could read all documents and start runs`,
    )
  }
  return {
    port: raw.port,
    host: raw.host,
    token,
    flags: (mode as NonNullable<typeof mode>).flagsFor(scenario),
    allowUnsafe: raw.allowUnsafe ?? false,
    pacing: raw.pacing,
    budgetMs: raw.budget * 1_000,
    model: raw.model,
    shape: scenario.workload,
    claude: chooseClaude(raw, env),
    databaseUrl: env.DATABASE_URL || undefined,
    auto: raw.auto ?? false,
    graceMs: raw.grace * 1_000,
    logLevel: raw.logLevel,
    otel: raw.otel ?? Boolean(env.OTEL_EXPORTER_OTLP_ENDPOINT),
  }
}

function startCommand(scenario: Scenario): Command {
  return new Command('npm start --')
    .description(
      'Serves the reference engine over HTTP until Ctrl-C, on a PostgreSQL of its own and with a mock of the Claude API, or with the real ones where DATABASE_URL and ANTHROPIC_API_KEY are set.',
    )
    .option('--port <n>', '0 takes any that is free', wholeNumber(0, 65_535), 4040)
    .option('--host <name>', 'where to listen; other machines reach it only if this says so', '127.0.0.1')
    .option('--token <token>', 'lets in only who sends it as a bearer token (also: TIERBENCH_TOKEN)')
    .option(
      '--tier <n>',
      `flags of new runs: those of this tier, 0 to 3 (default: ${DEFAULT_TIER}; also: TIER)`,
    )
    .option('--flags <flags>', 'flags of your own on top of --tier, e.g. parallelEpics=10')
    .option('--allow-unsafe', 'take flags together that can lose work')
    .addOption(
      new Option('--pacing <mode>', 'between calls, without the rate governor')
        .choices(Object.keys(PACING))
        .default(scenario.engine.pacing),
    )
    .option(
      '--budget <seconds>',
      'what one process-next may take',
      wholeNumber(1, MOST_SECONDS),
      scenario.engine.budgetMs / 1_000,
    )
    .option('--model <name>', 'the model that is asked', notEmpty, scenario.claude.model)
    .addOption(
      new Option('--profile <name>', `limits of the mock (default: ${DEFAULT_PROFILE})`).choices(LIMIT_NAMES),
    )
    .addOption(
      new Option('--latency <name>', `latency of the mock (default: ${DEFAULT_LATENCY})`).choices(
        LATENCY_NAMES,
      ),
    )
    .option('--auto', 'go on with runs without being asked: no process-next is needed')
    .option(
      '--grace <seconds>',
      'how long a stop waits for work to be handed back',
      wholeNumber(0, MOST_SECONDS),
      10,
    )
    .addOption(
      new Option('--log-level <level>', 'of the log on standard output').choices(LOG_LEVELS).default('info'),
    )
    .option('--otel', 'send traces by OTLP over HTTP (also: OTEL_EXPORTER_OTLP_ENDPOINT)')
}

function notEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('Expected a name.')
  return text
}

function readToken(token: string | undefined): string | undefined {
  if (token === undefined || TOKEN_PATTERN.test(token)) return token
  throw new UsageError('expected a token of letters, digits and ._~+/-, as HTTP can carry it, got another')
}

function chooseClaude({ profile, latency, model }: RawOptions, env: NodeJS.ProcessEnv): ClaudeChoice {
  const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: baseUrl } = env
  if (apiKey) {
    if (profile === undefined && latency === undefined) {
      return { kind: 'api', apiKey, baseUrl: baseUrl || undefined }
    }
    throw new UsageError(
      'expected --profile and --latency with the mock only, got ANTHROPIC_API_KEY with them: unset it for the mock',
    )
  }
  if (!KNOWN_MODELS.some((known) => known === model)) {
    throw new UsageError(`expected a model that the mock knows (${KNOWN_MODELS.join(', ')}), got "${model}"`)
  }
  return { kind: 'mock', profile: profile ?? DEFAULT_PROFILE, latency: latency ?? DEFAULT_LATENCY }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
