import { Command, InvalidArgumentError, Option } from 'commander'
import { DEFAULT_SCENARIOS, SCENARIOS, type Scenario } from '../../scenarios/index.ts'
import {
  concurrentSubjects,
  type Growth,
  includesVariants,
  MODE_NAMES,
  type Mode,
  type ModeRequest,
  resolveModes,
  UsageError,
} from '../run/index.ts'
import { parseCommand } from './command.ts'
import { numberList } from './number-list.ts'
import { quoted } from './quoted.ts'
import { parseReporters, REPORTERS, type ReporterRequest } from './reporters.ts'

/** The options of `npm run bench`, checked. */
export interface BenchOptions {
  readonly scenarios: readonly Scenario[]
  readonly modes: readonly Mode[]
  /** Whether the scenarios' variants run beside them. */
  readonly variants: boolean
  readonly seed: number
  readonly repetitions: number
  readonly realTime: boolean
  readonly allowUnsafe: boolean
  /** Whether each flag is run by itself, too. */
  readonly ablate: boolean
  readonly growth: Growth
  readonly uploads: string | undefined
  readonly out: string | undefined
  readonly json: boolean
  readonly reporters: readonly ReporterRequest[]
  /** Whether the HTML is shown when it is there. */
  readonly open: boolean
  readonly list: boolean
  /** The command that repeats this run. */
  readonly command: string
}

/** As many as the engine's flags let in. */
const MOST_AT_ONCE = 64

interface RawOptions {
  scenario?: string
  mode?: string
  tier?: string
  flags?: string
  seed: number
  repetitions: number
  scale: readonly number[]
  concurrency?: readonly number[]
  ablate?: boolean
  realTime?: boolean
  allowUnsafe?: boolean
  uploads?: string
  out?: string
  json?: boolean
  reporter: string
  open?: boolean
  list?: boolean
}

/**
 * Reads the command line and TIER.
 * @param args Without the interpreter and the script.
 * @throws UsageError, or PrintedError where everything has been said.
 */
export function parseBenchOptions(args: readonly string[], env: NodeJS.ProcessEnv): BenchOptions {
  const command = benchCommand()
  parseCommand(command, args)
  const raw = command.opts<RawOptions>()
  const fromEnv = raw.mode === undefined ? env.TIER : undefined
  const tier = raw.tier ?? (fromEnv === '' ? undefined : fromEnv)
  const request: ModeRequest = {
    mode: raw.mode,
    tier,
    flags: raw.flags,
    allowUnsafe: raw.allowUnsafe ?? false,
  }
  const modes = resolveModes(request)
  const scenarios = scenariosOf(raw)
  const variants = includesVariants(request)
  refuseCurves(raw, scenarios, modes, variants)
  return {
    scenarios,
    modes,
    variants,
    seed: raw.seed,
    repetitions: raw.repetitions,
    realTime: raw.realTime ?? false,
    allowUnsafe: raw.allowUnsafe ?? false,
    ablate: raw.ablate ?? false,
    growth: { scales: raw.scale, concurrencies: raw.concurrency ?? [] },
    uploads: raw.uploads,
    out: raw.out,
    json: raw.json ?? false,
    reporters: parseReporters(raw.reporter),
    open: raw.open ?? false,
    list: raw.list ?? false,
    command: repeatCommand({ ...raw, ...(tier === undefined ? {} : { tier }) }),
  }
}

function benchCommand(): Command {
  return new Command('npm run bench --')
    .description(
      `Compares the modes of the reference engine (${MODE_NAMES.join(', ')}) on real parts under a virtual clock, and leaves a report in results/.`,
    )
    .option('--scenario <names>', `comma-separated: ${SCENARIOS.map((scenario) => scenario.name).join(', ')}`)
    .option(
      '--mode <names>',
      `comma-separated: ${MODE_NAMES.join(', ')} (default: all, and beside them the variants that a scenario names)`,
    )
    .option('--tier <n>', 'only the mode of this tier, 0 to 3 (also: TIER)')
    .option(
      '--flags <flags>',
      'flags of your own on top of --tier (default 0), e.g. batchWrites,atomicLog=concat',
    )
    .option('--seed <n>', 'seed of documents, content, latencies and jitter', wholeNumber(0), 1)
    .option('--repetitions <n>', 'runs of each scenario in each mode', wholeNumber(1), 1)
    .addOption(
      new Option(
        '--scale <n>',
        'so many times the documents of each scenario; several (1,2,4,8) give a curve, and the modes at the first',
      )
        .argParser(numberList())
        .default([1], '1'),
    )
    .option(
      '--concurrency <n>',
      'a curve of parallel mode with so many uploads, and epics or stories, at once: 1..16 or 1,2,4',
      numberList(MOST_AT_ONCE),
    )
    .option('--ablate', 'what each flag brings: alone, added to those before it, and left out')
    .option('--real-time', 'on the wall clock: a typical run then takes 3 to 13 minutes in each mode')
    .option('--uploads <dir>', 'run on the Markdown and text files in this folder', notEmpty)
    .option('--out <dir>', 'where the report goes (default: results/<time>)', notEmpty)
    .option('--json', 'print the result as JSON instead of the table')
    .option(
      '--reporter <names>',
      `comma-separated: ${REPORTERS.join(', ')}; name=path for another file than report.* in the folder`,
      'terminal,html,markdown',
    )
    .option('--open', 'show the HTML report when it is there; never in CI')
    .option('--allow-unsafe', 'run flags together that can lose work')
    .option('--list', 'list the scenarios')
}

/** A parser for commander. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    const upTo = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`
    throw new InvalidArgumentError(`Expected a whole number from ${least}${upTo}.`)
  }
}

function notEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('Expected a folder.')
  return text
}

function scenariosOf({ scenario, scale, uploads }: RawOptions): readonly Scenario[] {
  if (uploads !== undefined && scale.some((times) => times > 1)) {
    throw new UsageError(
      'expected --uploads or --scale, got both: documents of your own are as many as they are',
    )
  }
  return scenario === undefined ? DEFAULT_SCENARIOS : parseScenarios(scenario)
}

/** @throws UsageError where curves are asked for that would take hours, or that no mode has. */
function refuseCurves(
  { ablate, allowUnsafe, concurrency, realTime, scale }: RawOptions,
  scenarios: readonly Scenario[],
  modes: readonly Mode[],
  variants: boolean,
): void {
  if (realTime && (ablate || concurrency || scale.length > 1)) {
    throw new UsageError(
      'expected --real-time or --ablate, --concurrency and several values of --scale, got both: they are simulated, since in real time they take hours',
    )
  }
  const grows = (scenario: Scenario) =>
    concurrentSubjects(scenario, modes, variants, allowUnsafe ?? false).length > 0
  if (concurrency && !scenarios.some(grows)) {
    throw new UsageError(
      `expected --concurrency with parallel mode or with flags that are safe at several at once, got ${modes.map((mode) => mode.name).join(', ')}: name --mode parallel, or none`,
    )
  }
}

/** @throws UsageError naming those that are unknown */
export function parseScenarios(text: string): Scenario[] {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name))
  if (unknown.length > 0) {
    const known = SCENARIOS.map((scenario) => scenario.name).join(', ')
    throw new UsageError(
      `expected scenarios out of ${known}, got ${unknown.map((name) => `"${name}"`).join(', ')}`,
    )
  }
  return SCENARIOS.filter((scenario) => names.includes(scenario.name))
}

/** The options that decide what is measured, as one types them. */
function repeatCommand(raw: RawOptions): string {
  const options = [
    ...(['scenario', 'mode', 'tier', 'flags', 'seed', 'uploads'] as const).flatMap((name) =>
      raw[name] === undefined ? [] : [`--${name} ${quoted(String(raw[name]))}`],
    ),
    ...(raw.repetitions === 1 ? [] : [`--repetitions ${raw.repetitions}`]),
    ...(String(raw.scale) === '1' ? [] : [`--scale ${raw.scale}`]),
    ...(raw.concurrency ? [`--concurrency ${raw.concurrency}`] : []),
    ...(raw.ablate ? ['--ablate'] : []),
    ...(raw.realTime ? ['--real-time'] : []),
    ...(raw.allowUnsafe ? ['--allow-unsafe'] : []),
  ]
  return ['npm run bench --', ...options].join(' ')
}
