import { seededNumber } from '../../run/index.ts'
import { type Estimate, estimate, judge, type Pair, type StatisticalVerdict } from './judge.ts'
import type { Thresholds } from './metrics.ts'

/** Pairs of processes. */
export const PAIRS = {
  /** Taken before the first look. */
  first: 6,
  /** Taken before each further look. */
  more: 4,
  /** Never more than this. */
  most: 18,
  /** Fresh ones, of an alarm. */
  confirmation: 8,
} as const

export interface CostComparison {
  readonly passed: boolean
  readonly verdicts: readonly StatisticalVerdict[]
  /** Raw: analysis can be repeated without measuring. */
  readonly pairs: readonly Pair[]
  readonly confirmationPairs: readonly Pair[]
  readonly seed: number
  readonly elapsedMs: number
}

/**
 * Takes pairs until each metric is within its threshold or beyond it, or the bound is reached; what is
 * beyond is measured once more. A metric that stays open is no failure, and says what would have been seen.
 * @param sample Measures the nth pair.
 * @param log Told how it stands.
 */
export async function compareCosts(
  thresholds: Thresholds,
  seed: number,
  sample: (pair: number) => Promise<Pair>,
  log: (line: string) => void,
): Promise<CostComparison> {
  const start = performance.now()
  const pairs: Pair[] = []
  let taken = 0
  const take = async (into: Pair[], count: number) => {
    for (let i = 0; i < count; i++) into.push(await sample(taken++))
  }
  let estimates: Estimate[]
  do {
    await take(pairs, pairs.length === 0 ? PAIRS.first : Math.min(PAIRS.more, PAIRS.most - pairs.length))
    estimates = estimate(pairs, thresholds, seed)
    log(`${pairs.length} pairs: ${standing(estimates)}`)
  } while (estimates.some(({ state }) => state === 'open') && pairs.length < PAIRS.most)
  const alarms = estimates.filter(({ state }) => state === 'beyond')
  const confirmationPairs: Pair[] = []
  let again: Estimate[] | undefined
  if (alarms.length > 0) {
    log(`beyond their thresholds: ${alarms.map(({ metric }) => metric).join(', ')}; measuring once more`)
    await take(confirmationPairs, PAIRS.confirmation)
    // Resampled by other draws: a confirmation is to be independent.
    again = estimate(confirmationPairs, thresholds, Math.floor(seededNumber(seed, 'confirmation') * 2 ** 31))
  }
  const verdicts = judge(estimates, again)
  return {
    passed: verdicts.every(({ verdict }) => verdict !== 'REGRESSED'),
    verdicts,
    pairs,
    confirmationPairs,
    seed,
    elapsedMs: performance.now() - start,
  }
}

function standing(estimates: readonly Estimate[]): string {
  const named = (state: Estimate['state']) =>
    estimates.filter((one) => one.state === state).map(({ metric }) => metric)
  const [open, beyond] = [named('open'), named('beyond')]
  const parts = [
    ...(beyond.length > 0 ? [`beyond: ${beyond.join(', ')}`] : []),
    ...(open.length > 0 ? [`open: ${open.join(', ')}`] : []),
  ]
  return parts.length > 0 ? parts.join('; ') : 'all within their thresholds'
}
