import { mean, median } from 'simple-statistics'
import { seededNumber } from '../../run/index.ts'
import { STATISTICAL_METRIC_NAMES, type StatisticalMetricName, type Thresholds } from './metrics.ts'
import { bootstrapMean, holm, signFlipTest } from './resampling.ts'

/** One metric of base and head, measured next to each other in fresh processes. */
export interface PairOfValues {
  readonly base: number
  readonly head: number
  /** Head / base: the median over the batches, so not quite the quotient of the two. */
  readonly ratio: number
}

/** What one pair of processes gives. */
export type Pair = { readonly [M in StatisticalMetricName]: PairOfValues }

/** How one metric of the head stands to the base. Changes are shares of the base: 0.05 is 5 % more. */
export interface Estimate {
  readonly metric: StatisticalMetricName
  /** Medians over the pairs, in the metric's unit. */
  readonly base: number
  readonly head: number
  readonly change: number
  readonly low: number
  readonly high: number
  /** Of the permutation test, corrected by Holm over all metrics. */
  readonly p: number
  readonly pairs: number
  readonly threshold: number
  /** `beyond`: the interval's lower end is beyond the threshold; `within`: its upper end is not. */
  readonly state: 'within' | 'beyond' | 'open'
  /** The smallest change that would have been found beyond the threshold in 95 % of such measurements. */
  readonly detectable: number
}

/** Level of the permutation test over all metrics together. */
const LEVEL = 0.05
/** Of the normal distribution: an interval of 95 % to both sides, and 95 % to one. */
const [BOTH_SIDES, ONE_SIDE] = [1.96, 1.645]

/** @param seed Of the resampling: the same pairs give the same estimates. */
export function estimate(pairs: readonly Pair[], thresholds: Thresholds, seed: number): Estimate[] {
  const logs = STATISTICAL_METRIC_NAMES.map((metric) => pairs.map((pair) => Math.log(pair[metric].ratio)))
  const adjusted = holm(
    STATISTICAL_METRIC_NAMES.map((metric, i) => signFlipTest(logs[i] ?? [], draws(seed, `flips ${metric}`))),
  )
  return STATISTICAL_METRIC_NAMES.map((metric, i) => {
    const values = logs[i] ?? []
    const { low, high } = bootstrapMean(values, draws(seed, `bootstrap ${metric}`))
    const threshold = thresholds[metric]
    const p = adjusted[i] ?? 1
    const beyond = low > Math.log1p(threshold) && p < LEVEL
    const error = (high - low) / 2 / BOTH_SIDES
    return {
      metric,
      base: median(pairs.map((pair) => pair[metric].base)),
      head: median(pairs.map((pair) => pair[metric].head)),
      change: Math.expm1(mean(values)),
      low: Math.expm1(low),
      high: Math.expm1(high),
      p,
      pairs: pairs.length,
      threshold,
      state: beyond ? 'beyond' : high <= Math.log1p(threshold) ? 'within' : 'open',
      detectable: Math.expm1(Math.log1p(threshold) + (BOTH_SIDES + ONE_SIDE) * error),
    }
  })
}

function draws(seed: number, about: string): () => number {
  // mulberry32, started from a hash: thousands of draws by hash alone take seconds.
  let state = Math.floor(seededNumber(seed, about) * 2 ** 32)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The gate's word on a metric, with what it rests on. */
export type StatisticalVerdict = Estimate & {
  readonly verdict: 'REGRESSED' | 'OK' | 'INCONCLUSIVE'
  /** A second measurement in fresh processes; null where the first was no alarm. */
  readonly confirmation: Pick<Estimate, 'change' | 'low' | 'high' | 'pairs'> | null
  /** Of what is REGRESSED: the functions that took more, by a profile of each side. */
  readonly places?: readonly CostPlace[]
}

/** What a function takes by itself in a batch, in the metric's unit. */
export interface CostPlace {
  /** File and function. */
  readonly place: string
  readonly base: number
  readonly head: number
}

/**
 * @param first What the pairs taken until now say.
 * @param second What a confirmation says, where there was one.
 */
export function judge(
  first: readonly Estimate[],
  second: readonly Estimate[] | undefined,
): StatisticalVerdict[] {
  return first.map((one) => {
    if (one.state === 'within') return { ...one, verdict: 'OK', confirmation: null }
    const again = second?.find(({ metric }) => metric === one.metric)
    if (one.state === 'open' || !again) return { ...one, verdict: 'INCONCLUSIVE', confirmation: null }
    const { change, low, high, pairs } = again
    const agrees = low > 0 && change > one.threshold
    return {
      ...one,
      verdict: agrees ? 'REGRESSED' : 'INCONCLUSIVE',
      confirmation: { change, low, high, pairs },
    }
  })
}
