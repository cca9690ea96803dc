import { max, median, min } from 'simple-statistics'
import { Bench } from 'tinybench'

/** One way to do something. */
export interface Variant {
  readonly name: string
  /** Untimed, before each repetition. */
  prepare?(): Promise<void>
  run(): Promise<unknown>
}

/** Ways to do the same thing; the first is what the others are compared with. */
export interface Group {
  readonly name: string
  readonly variants: readonly Variant[]
}

export interface MicroOptions {
  /** Each variant is measured so often, in turn with the others of its group. */
  readonly rounds: number
  /** Of one measurement, ms; at least two repetitions are made. */
  readonly timeMs: number
  readonly signal: AbortSignal
  log(line: string): void
}

/** What a variant took, from the statistics of tinybench. */
export interface VariantResult {
  readonly variant: string
  /** Medians over the rounds, ms. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly opsPerSecond: number
  /** Relative margin of error of a round's mean (95 % interval), the median of the rounds, %. */
  readonly marginPercent: number
  readonly samples: number
  /** Medians of this variant / those of the first of its group, within each round: median, lowest, highest. */
  readonly ratio: { readonly median: number; readonly low: number; readonly high: number }
}

export interface GroupResult {
  readonly group: string
  readonly variants: readonly VariantResult[]
}

/**
 * Measures a group on the wall clock. Every other round goes through the variants backwards, so that a
 * machine that becomes slower or faster favours none.
 */
export async function measureGroup(group: Group, options: MicroOptions): Promise<GroupResult> {
  const { rounds, timeMs, signal, log } = options
  log(group.name)
  const statistics = group.variants.map(() => [] as RoundStatistics[])
  for (let round = 0; round < rounds; round++) {
    const order = [...group.variants.keys()]
    for (const index of round % 2 === 0 ? order : order.reverse()) {
      signal.throwIfAborted()
      const variant = group.variants[index] as Variant
      statistics[index]?.push(await measureOnce(group, variant, timeMs, round === 0))
    }
  }
  return {
    group: group.name,
    variants: group.variants.map((variant, index) => {
      const own = statistics[index] ?? []
      const ratios = own.map(({ p50 }, round) => p50 / (statistics[0]?.[round]?.p50 ?? Number.NaN))
      return {
        variant: variant.name,
        p50Ms: median(own.map(({ p50 }) => p50)),
        p99Ms: median(own.map(({ p99 }) => p99)),
        opsPerSecond: median(own.map(({ ops }) => ops)),
        marginPercent: median(own.map(({ rme }) => rme)),
        samples: own.reduce((sum, { samples }) => sum + samples, 0),
        ratio: { median: median(ratios), low: min(ratios), high: max(ratios) },
      }
    }),
  }
}

interface RoundStatistics {
  readonly p50: number
  readonly p99: number
  readonly ops: number
  readonly rme: number
  readonly samples: number
}

/** The fewest repetitions that have a spread. */
const FEWEST = 2

async function measureOnce(
  group: Group,
  { name, prepare, run }: Variant,
  timeMs: number,
  warmup: boolean,
): Promise<RoundStatistics> {
  const bench = new Bench({
    time: timeMs,
    iterations: FEWEST,
    warmup,
    warmupTime: timeMs / 4,
    warmupIterations: 1,
    throws: true,
  })
  bench.add(name, async () => void (await run()), {
    async: true,
    ...(prepare ? { beforeEach: prepare } : {}),
  })
  const [task] = await bench.run()
  if (task?.result.state !== 'completed') {
    throw new Error(`Expected "${name}" of "${group.name}" to be measured, got ${task?.result.state}.`)
  }
  const { p50, p99, rme, samplesCount } = task.result.latency
  return { p50, p99, rme, samples: samplesCount, ops: task.result.throughput.mean }
}
