import { Command, InvalidArgumentError } from 'commander'
import { DEFAULT_SCENARIOS, SCENARIOS, type Scenario, scaled } from '../../scenarios/index.ts'
import {
  includesVariants,
  MODE_NAMES,
  type Mode,
  type ModeRequest,
  resolveModes,
  UsageError,
} from '../run/index.ts'
import { parseCommand } from './command.ts'

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
  readonly uploads: string | undefined
  readonly out: string | undefined
  readonly json: boolean
  readonly list: boolean
  /** The command that repeats this run. */
  readonly command: string
}

interface RawOptions {
  scenario?: string
  mode?: string
  tier?: string
  flags?: string
  seed: number
  repetitions: number
  scale: number
  realTime?: boolean
  allowUnsafe?: boolean
  uploads?: string
  out?: string
  json?: boolean
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
  return {
    scenarios: scenariosOf(raw),
    modes,
    variants: includesVariants(request),
    seed: raw.seed,
    repetitions: raw.repetitions,
    realTime: raw.realTime ?? false,
    allowUnsafe: raw.allowUnsafe ?? false,
    uploads: raw.uploads,
    out: raw.out,
    json: raw.json ?? false,
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
    .option('--scale <n>', 'so many times the documents of each scenario', wholeNumber(1), 1)
    .option('--real-time', 'on the wall clock: a typical run then takes 3 to 13 minutes in each mode')
    .option('--uploads <dir>', 'run on the Markdown and text files in this folder', notEmpty)
    .option('--out <dir>', 'where the report goes (default: results/<time>)', notEmpty)
    .option('--json', 'print the result as JSON instead of the table')
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

function scenariosOf({ scenario, scale, uploads }: RawOptions): Scenario[] {
  if (uploads !== undefined && scale > 1) {
    throw new UsageError(
      'expected --uploads or --scale, got both: documents of your own are as many as they are',
    )
  }
  const chosen = scenario === undefined ? DEFAULT_SCENARIOS : parseScenarios(scenario)
  return chosen.map((one) => scaled(one, scale))
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
    ...(raw.scale === 1 ? [] : [`--scale ${raw.scale}`]),
    ...(raw.realTime ? ['--real-time'] : []),
    ...(raw.allowUnsafe ? ['--allow-unsafe'] : []),
  ]
  return ['npm run bench --', ...options].join(' ')
}

function quoted(text: string): string {
  return /^[\w,.=/:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
