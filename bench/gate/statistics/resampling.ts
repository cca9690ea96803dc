import { mean, quantileSorted, sampleWithReplacement } from 'simple-statistics'

/** The bounds of a confidence interval. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/** Of all intervals like it, so many cover the true value. */
export const CONFIDENCE = 0.95
const RESAMPLES = 4_000

/**
 * Percentile bootstrap of the mean: pairs are drawn with replacement. Too narrow for few pairs (with 6 it
 * covers about 88 % rather than 95 %), which is why an alarm needs a threshold and a confirmation besides.
 * @param random Numbers in [0, 1): the same give the same interval.
 */
export function bootstrapMean(values: readonly number[], random: () => number): Interval {
  if (values.length < 2) throw new RangeError(`expected at least 2 values to resample, got ${values.length}`)
  const all = [...values]
  const means = Array.from({ length: RESAMPLES }, () =>
    mean(sampleWithReplacement(all, all.length, random)),
  ).sort((a, b) => a - b)
  const tail = (1 - CONFIDENCE) / 2
  return { low: quantileSorted(means, tail), high: quantileSorted(means, 1 - tail) }
}

/** Above this, sign patterns are drawn instead of counted. */
const MOST_ENUMERATED = 16
const DRAWN_PATTERNS = 20_000

/**
 * Fisher's permutation test for pairs, one-sided: how likely a mean as large as this would be if in each
 * pair base and head could have been exchanged. Exact up to 16 pairs; own code, since the libraries at hand
 * have it for unpaired samples only.
 * @param random As {@link bootstrapMean}.
 */
export function signFlipTest(values: readonly number[], random: () => number): number {
  const { length } = values
  const observed = values.reduce((sum, value) => sum + value, 0)
  // Sums in another order differ in their last digits.
  const reached = observed - 1e-12
  const exact = length <= MOST_ENUMERATED
  const patterns = exact ? 2 ** length : DRAWN_PATTERNS
  let extreme = 0
  for (let pattern = 0; pattern < patterns; pattern++) {
    let sum = 0
    for (let i = 0; i < length; i++) {
      const flipped = exact ? (pattern >> i) & 1 : random() < 0.5
      sum += flipped ? -(values[i] as number) : (values[i] as number)
    }
    if (sum >= reached) extreme++
  }
  return exact ? extreme / patterns : (extreme + 1) / (patterns + 1)
}

/** Holm's correction: p-values that may be held against one level, however many they are. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p)
  const adjusted = Array<number>(pValues.length)
  let least = 0
  for (const [rank, { p, index }] of order.entries()) {
    least = Math.max(least, Math.min(1, p * (order.length - rank)))
    adjusted[index] = least
  }
  return adjusted
}
