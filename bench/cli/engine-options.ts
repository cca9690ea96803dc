import { type Command, InvalidArgumentError, Option } from 'commander'
import { DEFAULT_LEASE_MS, type Flags, PACING, type PacingMode } from '../../engine/index.ts'
import { LOG_LEVELS, type LogLevel } from '../../engine/telemetry/index.ts'
import { KNOWN_MODELS, LATENCY_NAMES, LIMIT_NAMES, MOST_TIME_SCALE } from '../../mocks/index.ts'
import { SCENARIOS, type Scenario } from '../../scenarios/index.ts'
import { resolveModes, UsageError } from '../run/index.ts'
import { wholeNumber } from './options.ts'

/** What a process that runs the engine is told, whatever calls it: `npm start` and `npm run worker`. */
export interface EngineProcessOptions {
  readonly flags: Flags
  readonly allowUnsafe: boolean
  readonly pacing: PacingMode
  /** What one invocation may use, ms of the engine's time. */
  readonly budgetMs: number
  /** How long a claim holds that is not renewed, ms of the engine's time. */
  readonly leaseMs: number
  readonly model: string
  /** How much a document becomes: that of the scenario. */
  readonly shape: Scenario['workload']
  readonly claude: ClaudeChoice
  /** Requests to Claude under way at once, at most, with the rate governor. */
  readonly maxConcurrency: number
  readonly databaseUrl: string | undefined
  /** Connections to the database. */
  readonly pool: number
  /** The engine's time runs so many times as fast as the wall clock. */
  readonly timeScale: number
  /** Where metrics are served; 0 takes any port that is free, undefined none. */
  readonly metricsPort: number | undefined
  /** How long a stop waits for work to be handed back, ms of the wall clock. */
  readonly graceMs: number
  readonly logLevel: LogLevel
  readonly otel: boolean
}

export type ClaudeChoice =
  /** `baseUrl` as in ANTHROPIC_BASE_URL, which the SDK reads itself. */
  | { readonly kind: 'api'; readonly apiKey: string; readonly baseUrl: string | undefined }
  | { readonly kind: 'mock'; readonly profile: string; readonly latency: string }

/** As commander gives them. */
export interface RawEngineOptions {
  scenario: string
  tier?: string
  flags?: string
  allowUnsafe?: boolean
  pacing: PacingMode
  budget: number
  lease: number
  model: string
  profile?: string
  latency?: string
  maxConcurrency: number
  pool: number
  timeScale: number
  metricsPort?: number
  grace: number
  logLevel: LogLevel
  otel?: boolean
}

const TYPICAL = SCENARIOS.find(({ name }) => name === 'typical') as Scenario
const DEFAULT_TIER = '3'
const DEFAULT_PROFILE = 'seed'
const DEFAULT_LATENCY = 'plan'
/** More than a run in parallel mode has statements under way at once. */
const DEFAULT_POOL = 20
const MOST_CONNECTIONS = 1_000
const DEFAULT_CONCURRENCY = 64
const MOST_CONCURRENCY = 10_000
const MOST_SECONDS = 86_400
export const MOST_PORT = 65_535
/** A mock takes any key; those that send the same share what they know of its limits. */
const KEY_OF_MOCK = 'tierbench'

/** Gives a command the options of a process that runs the engine. */
export function addEngineOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--scenario <name>', 'how much becomes of a document: as in this scenario')
        .choices(SCENARIOS.map(({ name }) => name))
        .default(TYPICAL.name),
    )
    .option(
      '--tier <n>',
      `flags of new runs: those of this tier, 0 to 3 (default: ${DEFAULT_TIER}; also: TIER)`,
    )
    .option('--flags <flags>', 'flags of your own on top of --tier, e.g. parallelEpics=10')
    .option('--allow-unsafe', 'take flags together that can lose work')
    .addOption(
      new Option('--pacing <mode>', 'between calls, without the rate governor')
        .choices(Object.keys(PACING))
        .default(TYPICAL.engine.pacing),
    )
    .option(
      '--budget <seconds>',
      'what one process-next may take',
      wholeNumber(1, MOST_SECONDS),
      TYPICAL.engine.budgetMs / 1_000,
    )
    .option(
      '--lease <seconds>',
      'how long the work of a process that has died is held for it',
      wholeNumber(1, MOST_SECONDS),
      DEFAULT_LEASE_MS / 1_000,
    )
    .option('--model <name>', 'the model that is asked', notEmpty, TYPICAL.claude.model)
    .addOption(
      new Option('--profile <name>', `limits of the mock (default: ${DEFAULT_PROFILE})`).choices(LIMIT_NAMES),
    )
    .addOption(
      new Option('--latency <name>', `latency of the mock (default: ${DEFAULT_LATENCY})`).choices(
        LATENCY_NAMES,
      ),
    )
    .option(
      '--max-concurrency <n>',
      'requests to Claude at once, at most, with the rate governor, of all that share it',
      wholeNumber(1, MOST_CONCURRENCY),
      DEFAULT_CONCURRENCY,
    )
    .option('--pool <n>', 'connections to the database', wholeNumber(1, MOST_CONNECTIONS), DEFAULT_POOL)
    .option(
      '--time-scale <n>',
      "the engine's time runs so many times as fast: pacing, backoff, lease and budget; with a mock of the same scale only",
      wholeNumber(1, MOST_TIME_SCALE),
      1,
    )
    .option(
      '--metrics-port <n>',
      'serve metrics of this process here on 127.0.0.1 (Prometheus); 0 takes any port that is free',
      wholeNumber(0, MOST_PORT),
    )
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

/**
 * Checks what a command line says of the engine, with ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL, DATABASE_URL,
 * TIER and OTEL_EXPORTER_OTLP_ENDPOINT of the environment.
 * @throws UsageError
 */
export function readEngineOptions(raw: RawEngineOptions, env: NodeJS.ProcessEnv): EngineProcessOptions {
  const allowUnsafe = raw.allowUnsafe ?? false
  const scenario = SCENARIOS.find(({ name }) => name === raw.scenario) ?? TYPICAL
  const [mode] = resolveModes({
    mode: undefined,
    tier: raw.tier ?? (env.TIER || DEFAULT_TIER),
    flags: raw.flags,
    allowUnsafe,
  })
  return {
    flags: (mode as NonNullable<typeof mode>).flagsFor(scenario),
    allowUnsafe,
    pacing: raw.pacing,
    budgetMs: raw.budget * 1_000,
    leaseMs: raw.lease * 1_000,
    model: raw.model,
    shape: scenario.workload,
    claude: chooseClaude(raw, env),
    maxConcurrency: raw.maxConcurrency,
    databaseUrl: env.DATABASE_URL || undefined,
    pool: raw.pool,
    timeScale: raw.timeScale,
    metricsPort: raw.metricsPort,
    graceMs: raw.grace * 1_000,
    logLevel: raw.logLevel,
    otel: raw.otel ?? Boolean(env.OTEL_EXPORTER_OTLP_ENDPOINT),
  }
}

function notEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('Expected a name.')
  return text
}

function chooseClaude(
  { profile, latency, model, timeScale }: RawEngineOptions,
  env: NodeJS.ProcessEnv,
): ClaudeChoice {
  const baseUrl = env.ANTHROPIC_BASE_URL || undefined
  const isHere = baseUrl !== undefined && URL.canParse(baseUrl) && isLoopback(new URL(baseUrl).hostname)
  const apiKey = env.ANTHROPIC_API_KEY || (isHere ? KEY_OF_MOCK : undefined)
  if (apiKey) {
    if (profile !== undefined || latency !== undefined) {
      const name = env.ANTHROPIC_API_KEY ? 'ANTHROPIC_API_KEY' : 'ANTHROPIC_BASE_URL'
      throw new UsageError(
        `expected --profile and --latency with the mock in this process only, got ${name} with them: unset it for that mock`,
      )
    }
    if (timeScale !== 1 && !isHere) {
      throw new UsageError(
        'expected --time-scale with a mock on this machine only, got the real API, whose time nobody can scale: unset ANTHROPIC_API_KEY, or set ANTHROPIC_BASE_URL to an npm run mock',
      )
    }
    return { kind: 'api', apiKey, baseUrl }
  }
  if (!KNOWN_MODELS.some((known) => known === model)) {
    throw new UsageError(`expected a model that the mock knows (${KNOWN_MODELS.join(', ')}), got "${model}"`)
  }
  return { kind: 'mock', profile: profile ?? DEFAULT_PROFILE, latency: latency ?? DEFAULT_LATENCY }
}

/** @param host As in an option or in a URL, where an IPv6 address has brackets. */
export function isLoopback(host: string): boolean {
  return ['localhost', '::1', '[::1]'].includes(host) || /^127(\.\d{1,3}){3}$/.test(host)
}
