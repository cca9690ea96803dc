import { Command, InvalidArgumentError } from 'commander'
import type { Tier } from '../../engine/index.ts'
import { UsageError } from '../run/index.ts'
import { formatName, HAZARD_IDS, type HazardId, parseName } from '../verify/index.ts'
import { parseCommand } from './command.ts'
import { wholeNumber } from './options.ts'

/** What `--replay` names: a file or the name of a schedule, or the schedules of both sides that have a seed. */
export type ReplayTarget = { readonly what: string } | { readonly names: readonly string[] }

/** The options of `npm run verify`, checked. */
export interface VerifyOptions {
  /** undefined with `replay`. */
  readonly tier: Tier | undefined
  readonly schedules: number
  readonly seed: number
  readonly hazards: readonly HazardId[]
  readonly replay: ReplayTarget | undefined
  /** Steps of a replay that are shown before and after the place where it goes wrong. */
  readonly around: number
  readonly shard: { readonly index: number; readonly of: number } | null
  /** ms; Infinity where there is none. */
  readonly timeLimitMs: number
  readonly workers: number
  readonly real: boolean
  /** Results of the tiers below, in place of those in results/. */
  readonly after: readonly string[]
  /** A result.json of `bench`. */
  readonly bench: string | undefined
  readonly out: string | undefined
  readonly json: boolean
  /** The command that repeats it. */
  readonly command: string
}

interface RawOptions {
  tier?: number
  schedules: number
  seed: number
  hazard?: HazardId[]
  replay?: string
  around?: number
  shard?: { index: number; of: number }
  timeLimit?: number
  workers: number
  real?: boolean
  after?: string[]
  bench?: string
  out?: string
  json?: boolean
}

/** Enough to provoke every hazard, in less than three minutes on two cores. */
const DEFAULT_SCHEDULES = 100

/**
 * Reads the command line.
 * @param args Without the interpreter and the script.
 * @throws UsageError, or PrintedError where everything has been said.
 */
export function parseVerifyOptions(args: readonly string[]): VerifyOptions {
  const command = verifyCommand()
  parseCommand(command, args)
  const raw = command.opts<RawOptions>()
  if (raw.replay === undefined && raw.tier === undefined) {
    throw new UsageError(
      'expected --tier 1, 2 or 3, or --replay, got neither: name the tier to be rolled out',
    )
  }
  refuseUnused(command, raw.replay !== undefined)
  return {
    tier: raw.tier as Tier | undefined,
    schedules: raw.schedules,
    seed: raw.seed,
    hazards: raw.hazard ?? HAZARD_IDS,
    replay: raw.replay === undefined ? undefined : replayTarget(raw.replay, raw),
    around: raw.around ?? Number.POSITIVE_INFINITY,
    shard: raw.shard ?? null,
    timeLimitMs: raw.timeLimit === undefined ? Number.POSITIVE_INFINITY : raw.timeLimit * 1_000,
    workers: raw.workers,
    real: raw.real ?? false,
    after: raw.after ?? [],
    bench: raw.bench,
    out: raw.out,
    json: raw.json ?? false,
    command: ['npm run verify --', ...args].join(' '),
  }
}

/** Not beside `--replay`: it would be left out without a word. */
const OF_EXPLORING = ['schedules', 'seed', 'shard', 'timeLimit', 'workers', 'real', 'after', 'bench', 'out']

/** @throws UsageError where an option is given that has no meaning beside the others */
function refuseUnused(command: Command, replays: boolean): void {
  const given = (name: string) => command.getOptionValueSource(name) === 'cli'
  if (!replays) {
    if (given('around')) throw new UsageError('expected --around beside --replay, got it without')
    return
  }
  const unused = command.options.filter((one) => OF_EXPLORING.includes(one.attributeName()))
  const names = unused.filter((one) => given(one.attributeName())).map(({ long }) => long)
  if (names.length > 0) {
    throw new UsageError(
      `expected --replay with no more than --around, --json, --tier and --hazard, got ${names.join(', ')} beside it: one schedule is carried out, and nothing is written`,
    )
  }
}

function verifyCommand(): Command {
  return new Command('npm run verify --')
    .description(
      'Says whether a tier is safe to roll out: shows each hazard with the flags off, and looks for it with them on, over many schedules of real statements under a virtual clock. Exit code 0: roll out. 1: do not.',
    )
    .option('--tier <n>', 'the tier to be rolled out, 1 to 3', wholeNumber(1, 3))
    .option(
      '--schedules <n>',
      'schedules for each hazard with the flags on (off: as many, at most 100)',
      wholeNumber(1),
      DEFAULT_SCHEDULES,
    )
    .option('--seed <n>', 'seed of all schedules', wholeNumber(0), 1)
    .option('--hazard <ids>', `only these, comma-separated: ${HAZARD_IDS.join(', ')}`, parseHazards)
    .option(
      '--replay <schedule>',
      'a file that verify saved, the name of a schedule that it printed, or a seed (with --tier and --hazard: both sides)',
    )
    .option('--around <steps>', 'of a replay show only so many before and after the mark', wholeNumber(0))
    .option('--shard <i/n>', 'only the ith of n parts of the schedules, e.g. 2/4', parseShard)
    .option('--time-limit <seconds>', 'begin no schedule after this', wholeNumber(1))
    .option('--workers <n>', 'processes', wholeNumber(1, 64), 2)
    .option('--real', 'beside the schedules: kill real worker processes in the middle of real runs')
    .option('--after <files...>', 'verify.json of the tiers below (default: the newest of each in results/)')
    .option('--bench <file>', 'a result.json of bench: what the tier gains and costs')
    .option('--out <dir>', 'where the result goes (default: results/<time>-verify)')
    .option('--json', 'print the result as JSON instead of the table')
}

function replayTarget(what: string, { tier, hazard }: RawOptions): ReplayTarget {
  if (!/^\d+$/.test(what)) {
    if (tier === undefined && hazard === undefined) return { what }
    throw new UsageError(
      `expected --replay with a file or a name and without --tier and --hazard, got ${what} with them: a schedule has them in its name`,
    )
  }
  const [only, ...more] = hazard ?? []
  if (tier === undefined || only === undefined || more.length > 0) {
    throw new UsageError(
      `expected --tier and one --hazard beside the seed, got --replay ${what}: a seed is that of a schedule only together with them`,
    )
  }
  const names = (['off', 'on'] as const).map((side) =>
    formatName({ hazard: only, tier: tier as Tier, side, seed: Number(what) }),
  )
  for (const name of names) {
    if (!parseName(name)) throw new UsageError(`expected a seed of at most 10 digits, got --replay ${what}`)
  }
  return { names }
}

function parseHazards(text: string): HazardId[] {
  const ids = text.split(',').map((id) => id.trim().toUpperCase())
  const unknown = ids.filter((id) => !HAZARD_IDS.some((known) => known === id))
  if (unknown.length > 0) {
    throw new InvalidArgumentError(`Expected hazards out of ${HAZARD_IDS.join(', ')}.`)
  }
  return HAZARD_IDS.filter((id) => ids.includes(id))
}

function parseShard(text: string): { index: number; of: number } {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text) ?? []
  const shard = { index: Number(index), of: Number(of) }
  if (shard.index >= 1 && shard.index <= shard.of) return shard
  throw new InvalidArgumentError('Expected a part and how many there are, e.g. 2/4.')
}
