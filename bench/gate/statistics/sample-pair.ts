import { median } from 'simple-statistics'
import { seededNumber, UsageError } from '../../run/index.ts'
import type { BatchFigures, StoredAnswer } from '../sampler/protocol.ts'
import type { ProfilePair } from './find-places.ts'
import type { Pair, PairOfValues } from './judge.ts'
import { STATISTICAL_METRIC_NAMES, type StatisticalMetricName } from './metrics.ts'
import { type Sampler, SamplerError, startSampler } from './sampler-process.ts'

/** A commit whose engine is measured. */
export interface Side {
  /** As messages name it. */
  readonly name: string
  /** Root of its checkout. */
  readonly tree: string
  /** Burns so much more CPU time in the engine's path: to measure what the gate sees. @default 0 */
  readonly burn?: number
  /** Makes a database with its schema. */
  createDatabase(): Promise<{ readonly url: string; drop(): Promise<void> }>
}

export interface PairSetting {
  readonly base: Side
  readonly head: Side
  readonly uploads: readonly { readonly filename: string; readonly content: string }[]
  answer(body: string): Promise<StoredAnswer>
  /** Decides who comes first. */
  readonly seed: number
  readonly signal: AbortSignal
}

const WARM_UP_BATCHES = 4
/** Each is some 0.1 s of CPU time: base and head take turns so quickly that both meet the same disturbances. */
const BATCHES = 10
const STATEMENT_ROUNDS = 3

/**
 * Measures base and head in two fresh processes that take turns, in an order drawn anew for each turn.
 * @throws UsageError
 */
export async function samplePair(setting: PairSetting, pair: number): Promise<Pair> {
  const { seed } = setting
  const sides = { base: setting.base, head: setting.head }
  const opened: OpenedSide[] = []
  const open = (side: Side) => openSide(side, setting, opened)
  const headFirst = (about: string) => seededNumber(seed, `pair ${pair}: ${about}`) < 0.5
  try {
    const starting = headFirst('start')
      ? [open(sides.head), open(sides.base)].reverse()
      : [open(sides.base), open(sides.head)]
    const started = await Promise.allSettled(starting)
    for (const one of started) if (one.status === 'rejected') throw one.reason
    const [base, head] = started.map((one) => (one as PromiseFulfilledResult<Sampler>).value) as [
      Sampler,
      Sampler,
    ]
    const inTurn = async <T>(about: string, ask: (sampler: Sampler) => Promise<T>) => {
      const ofBase = () => ask(base).catch(explained(sides.base))
      const ofHead = () => ask(head).catch(explained(sides.head))
      if (!headFirst(about)) return { base: await ofBase(), head: await ofHead() }
      const first = await ofHead()
      return { base: await ofBase(), head: first }
    }
    const batches: { base: BatchFigures; head: BatchFigures }[] = []
    for (let batch = 0; batch < BATCHES; batch++) {
      const { base, head } = await inTurn(`batch ${batch}`, (sampler) => sampler.ask('batch'))
      batches.push({ base: base.figures, head: head.figures })
    }
    const statements: Record<string, { base: number; head: number }[]> = {}
    for (let round = 0; round < STATEMENT_ROUNDS; round++) {
      const { base, head } = await inTurn(`statements ${round}`, (sampler) => sampler.ask('statements'))
      for (const [name, ms] of Object.entries(head.wallMs)) {
        statements[name] = [...(statements[name] ?? []), { base: base.wallMs[name] as number, head: ms }]
      }
    }
    const end = await inTurn('end', (sampler) => sampler.ask('end'))
    const ofEnd = (name: keyof typeof end.base.figures) => [
      { base: end.base.figures[name], head: end.head.figures[name] },
    ]
    return complete({
      cpu: batches.map(({ base, head }) => ({ base: base.cpuMs, head: head.cpuMs })),
      wall: batches.map(({ base, head }) => ({ base: base.wallMs, head: head.wallMs })),
      peak: batches.map(({ base, head }) => ({ base: base.peakBytes, head: head.peakBytes })),
      allocated: ofEnd('allocatedBytes'),
      retained: ofEnd('retainedBytes'),
      ...statements,
    })
  } finally {
    await closeAll(opened)
  }
}

/**
 * Profiles base and head, one after the other, each in a fresh process.
 * @throws UsageError
 */
export async function profilePair(setting: PairSetting): Promise<ProfilePair> {
  const profile = async (side: Side) => {
    const opened: OpenedSide[] = []
    try {
      const sampler = await openSide(side, setting, opened)
      return (await sampler.ask('profile').catch(explained(side))).functions
    } finally {
      await closeAll(opened)
    }
  }
  return { base: await profile(setting.base), head: await profile(setting.head) }
}

/** A process and its database: there before they are used, so that they are closed whatever happens. */
interface OpenedSide {
  stop(): Promise<void>
  drop(): Promise<void>
}

async function openSide(
  side: Side,
  { uploads, answer, signal }: PairSetting,
  opened: OpenedSide[],
): Promise<Sampler> {
  const database = await side.createDatabase()
  const held = { stop: async () => {}, drop: () => database.drop() }
  opened.push(held)
  const start = { databaseUrl: database.url, uploads, warmUpRuns: WARM_UP_BATCHES, burn: side.burn ?? 0 }
  const sampler = await startSampler(side.tree, start, answer, signal).catch(explained(side))
  held.stop = () => sampler.stop()
  return sampler
}

async function closeAll(opened: readonly OpenedSide[]): Promise<void> {
  await Promise.allSettled(opened.map(({ stop }) => stop()))
  await Promise.allSettled(opened.map(({ drop }) => drop()))
}

/**
 * The figures of all metrics, or none.
 * @throws UsageError where one is missing, or is no positive number
 */
export function complete(
  samples: Partial<Readonly<Record<string, readonly { readonly base: number; readonly head: number }[]>>>,
): Pair {
  const figures = STATISTICAL_METRIC_NAMES.map((metric): [StatisticalMetricName, PairOfValues] => {
    const list = samples[metric] ?? []
    const usable = (value: number) => Number.isFinite(value) && value > 0
    if (list.length === 0 || !list.every(({ base, head }) => usable(base) && usable(head))) {
      const got =
        list.length === 0
          ? 'none'
          : JSON.stringify(list.find(({ base, head }) => !(usable(base) && usable(head))))
      throw new UsageError(`expected figures of "${metric}" from base and head, got ${got}`)
    }
    return [
      metric,
      {
        base: median(list.map(({ base }) => base)),
        head: median(list.map(({ head }) => head)),
        ratio: median(list.map(({ base, head }) => head / base)),
      },
    ]
  })
  return Object.fromEntries(figures) as Pair
}

function explained({ name }: Side): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof SamplerError)) throw error
    const lines = error.message.split('\n').map((line) => line.trim())
    const reason = lines.find((line) => /^(Error|\w+Error)\b/.test(line)) ?? lines[0]
    throw new UsageError(
      `expected the measuring program to run the engine of ${name}, got: ${reason}. An engine whose interface differs cannot be compared by CPU time: compare with a commit after the change`,
    )
  }
}
