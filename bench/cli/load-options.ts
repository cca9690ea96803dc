import { Command, InvalidArgumentError } from 'commander'
import { KNOWN_MODELS, RATE_LIMIT_PROFILES, readFaults } from '../../mocks/index.ts'
import { formatDuration } from '../../reports/index.ts'
import { SCENARIOS, type Scenario, type ScenarioLimits } from '../../scenarios/index.ts'
import {
  type ArrivalPlan,
  arrivalsEndMs,
  constantStage,
  LONGEST_TIMER_MS,
  type LoadMode,
  type LoadPlan,
  type LoadTarget,
  parseDuration,
  parseRate,
  parseStages,
  parseThreshold,
  readTrace,
  type SearchPlan,
  traceArrivals,
} from '../load/index.ts'
import { type Mode, resolveModes, UsageError } from '../run/index.ts'
import { parseCommand } from './command.ts'
import { isLoopback } from './engine-options.ts'
import { wholeNumber } from './options.ts'
import { quoted } from './quoted.ts'

/** The options of `npm run load`, checked. */
export interface LoadOptions {
  readonly plan: LoadPlan
  readonly modes: readonly LoadMode[]
  /** The limit of each mode is searched for; undefined: it is not. */
  readonly search: SearchPlan | undefined
  readonly out: string | undefined
  readonly json: boolean
  readonly command: string
}

interface RawOptions {
  scenario: string
  mode?: string
  tier?: string
  tiers?: string
  flags?: string
  allowUnsafe?: boolean
  rate?: string
  connections?: number
  stages?: string
  trace?: string
  poisson?: boolean
  duration: string
  runs?: number
  drain: string
  maxInFlight: number
  engines: number
  workers: number
  pool: number
  killOne?: boolean
  restartKilled?: boolean
  limits?: string
  faults?: string
  target?: string
  mockUrl?: string
  proxyUrl?: string
  poll?: boolean
  iMayLoadThisHost?: boolean
  timeScale: number
  objective?: string
  threshold: readonly string[]
  findLimit?: boolean
  seed: number
  out?: string
  json?: boolean
}

const DEFAULT_SCENARIO = 'smoke'
const DEFAULT_TIER = '3'
const MOST_TIME_SCALE = 1_000
const MOST_PROCESSES = 32
/** Where the search for the limit begins where no rate is given, of production time. */
const FIRST_RATE = '1/m'

/**
 * Reads the command line, and the trace that it names.
 * @param args Without the interpreter and the script.
 * @throws UsageError, or PrintedError where everything has been said.
 */
export async function parseLoadOptions(args: readonly string[]): Promise<LoadOptions> {
  const command = loadCommand()
  parseCommand(command, args)
  const raw = command.opts<RawOptions>()
  const scenario = scenarioNamed(raw.scenario)
  const target = targetOf(raw)
  const findLimit = raw.findLimit ?? false
  const objectiveMs = raw.objective === undefined ? null : parseDuration(raw.objective, '--objective')
  if (findLimit) refuseForSearch(raw, objectiveMs)
  const arrivals = await arrivalsOf(raw, findLimit)
  const plan: LoadPlan = {
    scenario,
    target,
    arrivals,
    limits: limitsOf(raw, scenario),
    faults: faultsOf(raw, scenario),
    allowUnsafe: raw.allowUnsafe ?? false,
    seed: raw.seed,
    timeScale: raw.timeScale,
    maxInFlight: raw.maxInFlight,
    mostRuns: raw.runs ?? Number.POSITIVE_INFINITY,
    objectiveMs,
    drainMs: parseDuration(raw.drain, '--drain'),
    thresholds: raw.threshold.map(parseThreshold),
    kill: killOf(raw, target),
  }
  const wallMs = (arrivalsEndMs(arrivals) + plan.drainMs) / plan.timeScale
  if (wallMs > LONGEST_TIMER_MS) {
    throw new UsageError(
      `expected a load that is over in 24 days, got one that may last ${formatDuration(wallMs)} of real time with its --drain`,
    )
  }
  return {
    plan,
    modes: modesOf(raw, scenario, target),
    search:
      findLimit && arrivals.kind === 'open' && objectiveMs !== null
        ? { ...plan, arrivals, objectiveMs }
        : undefined,
    out: raw.out,
    json: raw.json ?? false,
    command: `npm run load -- ${args.map(quoted).join(' ')}`.trim(),
  }
}

function loadCommand(): Command {
  return new Command('npm run load --')
    .description(
      'Loads the engine over HTTP in real time: a PostgreSQL, the mock of the Claude API and the engine, each in a process of its own, or the service that --target names. Rates and durations are of production time, which --time-scale makes run faster.',
    )
    .option('--scenario <name>', `one of ${SCENARIOS.map(({ name }) => name).join(', ')}`, DEFAULT_SCENARIO)
    .option('--tier <n>', `the flags of this tier, 0 to 3 (default: ${DEFAULT_TIER})`)
    .option('--tiers <list>', 'one load, or one search, for each of these tiers, e.g. 0,1,2,3')
    .option('--mode <names>', 'sequential, batched, safe, parallel; comma-separated: a load for each')
    .option('--flags <flags>', 'flags of your own on top of --tier')
    .option('--allow-unsafe', 'take flags together that can lose work')
    .option(
      '--rate <rate>',
      'runs that arrive: 0.5 (per second), 30/m or 200/h, whether or not others have ended',
    )
    .option('--poisson', 'they arrive as a Poisson process, and not at even distances')
    .option(
      '--stages <list>',
      'duration:rate, comma-separated, e.g. 10m:20/m,5m:60/m: in each the rate moves to its value',
    )
    .option('--trace <file>', 'they arrive as in this recording; with --rate, at that mean rate')
    .option(
      '--connections <n>',
      'instead of these: so many users, each of whom starts again at the end',
      wholeNumber(1, 100_000),
    )
    .option('--duration <time>', 'how long runs arrive', '10m')
    .option('--runs <n>', 'no more than so many', wholeNumber(1))
    .option('--drain <time>', 'how long runs may go on when no more arrive', '30m')
    .option(
      '--max-in-flight <n>',
      'runs under way at once, beyond which arrivals are dropped, and counted',
      wholeNumber(1, 1_000_000),
      10_000,
    )
    .option('--engines <n>', "processes of the engine's service", wholeNumber(1, MOST_PROCESSES), 1)
    .option(
      '--workers <n>',
      'processes that take process-next from a queue (pg-boss); 0: the client calls it',
      wholeNumber(0, MOST_PROCESSES),
      0,
    )
    .option('--pool <n>', 'connections to the database of each process', wholeNumber(1, 1_000), 10)
    .option('--kill-one', 'kill -9 of an engine, or worker, in the middle')
    .option('--restart-killed', 'and another is started in its place')
    .option(
      '--limits <name>',
      `limits of the mock: ${Object.keys(RATE_LIMIT_PROFILES).join(', ')}, none (default: the scenario's)`,
    )
    .option(
      '--faults <file>',
      "a JSON list of faults that the mock injects (default: the scenario's)",
      notEmpty,
    )
    .option(
      '--target <url>',
      'load this service instead, which keeps to the HTTP contract in docs/http-api.md',
    )
    .option('--mock-url <url>', 'the mock that the target asks, to count its calls', notEmpty)
    .option(
      '--proxy-url <url>',
      "the statistics of the target's npm run db-proxy, to count its round trips",
      notEmpty,
    )
    .option('--poll', 'the target goes on with runs by itself: no process-next is called')
    .option('--i-may-load-this-host', 'needed for a target that is not this machine')
    .option(
      '--time-scale <n>',
      'mock, limits, pacing and arrivals so many times as fast as in production',
      wholeNumber(1, MOST_TIME_SCALE),
      1,
    )
    .option('--objective <time>', 'how long a run may take to count as good, e.g. 30s')
    .option(
      '--threshold <threshold>',
      "decides the exit code, e.g. 'run p(95)<30s'; may be repeated",
      collected,
      [],
    )
    .option(
      '--find-limit',
      `raise the rate until the objective breaks, from --rate on (default: ${FIRST_RATE})`,
    )
    .option('--seed <n>', 'seed of arrivals, documents, content and latencies', wholeNumber(0), 1)
    .option('--out <dir>', 'where the report goes (default: results/<time>-load)', notEmpty)
    .option('--json', 'print the result as JSON instead of the tables')
}

function notEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('Expected something, got nothing.')
  return text
}

function collected(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.find((one) => one.name === name)
  if (scenario) return scenario
  throw new UsageError(
    `expected --scenario to be one of ${SCENARIOS.map((one) => one.name).join(', ')}, got "${name}"`,
  )
}

function targetOf(raw: RawOptions): LoadTarget {
  const { target, engines, workers, pool: poolSize, mockUrl, proxyUrl } = raw
  if (target === undefined) {
    if (mockUrl !== undefined || proxyUrl !== undefined || raw.poll) {
      throw new UsageError('expected --mock-url, --proxy-url and --poll with --target only, got no target')
    }
    return { kind: 'own', engines, workers, poolSize }
  }
  if (engines > 1 || workers > 0 || raw.killOne || raw.faults !== undefined || raw.limits !== undefined) {
    throw new UsageError(
      'expected --target or --engines, --workers, --kill-one, --limits and --faults, got both: a target has its own processes and its own mock',
    )
  }
  for (const url of [target, mockUrl, proxyUrl].filter((one) => one !== undefined)) {
    const parsed = URL.canParse(url) ? new URL(url) : undefined
    if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) {
      throw new UsageError(
        `expected --target, --mock-url and --proxy-url to be http:// or https:// URLs, got "${url}"`,
      )
    }
    if (parsed.username || parsed.password || parsed.search || parsed.hash) {
      throw new UsageError(
        `expected --target, --mock-url and --proxy-url without user, password, query and fragment, got some with ${parsed.host}`,
      )
    }
    if (!isLoopback(parsed.hostname) && !raw.iMayLoadThisHost) {
      throw new UsageError(
        `expected a target on this machine, got ${parsed.host}: to load a host that is yours to load, say --i-may-load-this-host`,
      )
    }
  }
  return {
    kind: 'foreign',
    url: withoutSlash(target),
    mockUrl: mockUrl && withoutSlash(mockUrl),
    proxyUrl: proxyUrl && withoutSlash(proxyUrl),
    dispatch: raw.poll ? 'status' : 'process-next',
  }
}

/** As it is put before a path. */
function withoutSlash(url: string): string {
  return new URL(url).href.replace(/\/+$/, '')
}

async function arrivalsOf(raw: RawOptions, findLimit: boolean): Promise<ArrivalPlan> {
  const { rate, connections, stages, trace, poisson } = raw
  const durationMs = parseDuration(raw.duration, '--duration')
  const named = [
    ...(connections === undefined ? [] : ['--connections']),
    ...(stages === undefined ? [] : ['--stages']),
    ...(trace === undefined ? [] : ['--trace']),
  ]
  if (connections !== undefined && poisson) {
    throw new UsageError(
      'expected --poisson or --connections, got both: in the closed model each user starts when its last run has ended',
    )
  }
  if (named.length > 1 || (connections !== undefined && rate !== undefined)) {
    throw new UsageError(
      `expected one of --rate, --stages, --trace and --connections, got ${[...named, ...(rate === undefined ? [] : ['--rate'])].join(' and ')}`,
    )
  }
  const perSecond = rate === undefined ? undefined : parseRate(rate, '--rate')
  if (connections !== undefined) return { kind: 'closed', connections, durationMs }
  if (trace !== undefined) {
    if (poisson)
      throw new UsageError('expected --poisson or --trace, got both: a recording has its distances')
    return {
      kind: 'trace',
      ...traceArrivals(trace, await readTrace(trace), { perSecond, durationMs, mostRuns: raw.runs }),
    }
  }
  const distances = poisson ? 'poisson' : 'even'
  if (stages !== undefined) return { kind: 'open', distances, stages: parseStages(stages, perSecond ?? 0) }
  if (perSecond === undefined && !findLimit) {
    throw new UsageError(
      'expected --rate, --stages, --trace or --connections, got none: how are runs to arrive?',
    )
  }
  return {
    kind: 'open',
    distances,
    stages: [constantStage(perSecond ?? parseRate(FIRST_RATE, '--rate'), durationMs)],
  }
}

function limitsOf({ limits }: RawOptions, scenario: Scenario): ScenarioLimits {
  if (limits === undefined) return scenario.claude.limits
  if (limits === 'none') return {}
  const found = Object.entries(RATE_LIMIT_PROFILES).find(([name]) => name === limits)
  if (found) return found[1].limits as ScenarioLimits
  throw new UsageError(
    `expected --limits to be one of ${Object.keys(RATE_LIMIT_PROFILES).join(', ')}, none, got "${limits}"`,
  )
}

function faultsOf({ faults }: RawOptions, scenario: Scenario): LoadPlan['faults'] {
  if (faults === undefined) return scenario.claude.faults
  try {
    return readFaults(faults, KNOWN_MODELS)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function killOf({ killOne, restartKilled, engines }: RawOptions, target: LoadTarget): LoadPlan['kill'] {
  if (!killOne) {
    if (restartKilled) throw new UsageError('expected --restart-killed with --kill-one, got it alone')
    return undefined
  }
  const others = target.kind === 'own' && (target.workers > 0 ? target.workers : engines)
  if (!restartKilled && others === 1) {
    throw new UsageError(
      'expected two processes or more with --kill-one, or --restart-killed, got one, after which nobody would go on with the runs',
    )
  }
  return { restart: restartKilled ?? false }
}

function modesOf(raw: RawOptions, scenario: Scenario, target: LoadTarget): LoadMode[] {
  const { mode, tier, tiers, flags } = raw
  const named = mode ?? tier ?? tiers ?? flags
  if (target.kind === 'foreign' && named === undefined) {
    return [{ name: 'as the target has it', tier: null, flags: undefined }]
  }
  if (tiers !== undefined && (mode ?? tier ?? flags) !== undefined) {
    throw new UsageError('expected --tiers or --tier, --mode and --flags, got both')
  }
  const allowUnsafe = raw.allowUnsafe ?? false
  const resolve = (one: string | undefined) =>
    resolveModes({ mode, tier: mode === undefined ? one : undefined, flags, allowUnsafe })
  const modes: Mode[] =
    tiers === undefined
      ? resolve(tier ?? DEFAULT_TIER)
      : tiers.split(',').flatMap((one) => resolve(one.trim()))
  return modes.map((one) => ({ name: one.name, tier: one.tier, flags: one.flagsFor(scenario) }))
}

function refuseForSearch(raw: RawOptions, objectiveMs: number | null): void {
  if (objectiveMs === null) {
    throw new UsageError('expected --objective with --find-limit, got none: what is to hold up to the limit?')
  }
  const other = (['connections', 'stages', 'trace', 'runs', 'killOne'] as const).filter(
    (name) => raw[name] !== undefined,
  )
  if (other.length > 0) {
    throw new UsageError(
      `expected --find-limit with --rate (where it begins) and --poisson only, got ${other.map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`).join(', ')}`,
    )
  }
}
