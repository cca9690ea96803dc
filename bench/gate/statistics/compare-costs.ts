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
  /** Of the last alarm. */
  readonly confirmationPairs: readonly Pair[]
  readonly seed: number
  readonly elapsedMs: number
}

/**
 * Takes pairs until each metric is within its threshold, or the bound is reached. What is beyond its own is
 * measured once more at once, and ends the gate where fresh pairs agree: it has failed, whatever is still
 * open. A metric that stays open is no failure, and says what would have been seen.
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
  let confirmationPairs: Pair[]
  let verdicts: readonly StatisticalVerdict[]
  let passed: boolean
  do {
    await take(pairs, pairs.length === 0 ? PAIRS.first : Math.min(PAIRS.more, PAIRS.most - pairs.length))
    const estimates = estimate(pairs, thresholds, seed)
    log(`${pairs.length} pairs: ${standing(estimates)}`)
    confirmationPairs = []
    let again: Estimate[] | undefined
    if (estimates.some(({ state }) => state === 'beyond')) {
      log(`measuring once more what is beyond its threshold, by ${PAIRS.confirmation} fresh pairs`)
      await take(confirmationPairs, PAIRS.confirmation)
      // Resampled by other draws: a confirmation is to be independent.
      const other = Math.floor(seededNumber(seed, `confirmation ${pairs.length}`) * 2 ** 31)
      again = estimate(confirmationPairs, thresholds, other)
    }
    verdicts = judge(estimates, again)
    passed = verdicts.every(({ verdict }) => verdict !== 'REGRESSED')
  } while (passed && verdicts.some(({ verdict }) => verdict === 'INCONCLUSIVE') && pairs.length < PAIRS.most)
  return { passed, verdicts, pairs, confirmationPairs, seed, elapsedMs: performance.now() - start }
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
