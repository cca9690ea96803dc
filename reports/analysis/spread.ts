import { max, median, min } from 'simple-statistics'

/** One figure over the repetitions of a mode. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function spreadOf(values: readonly number[]): Spread {
  const copy = [...values]
  return { median: median(copy), min: min(copy), max: max(copy) }
}

/** `numerator / denominator`, or null where that says nothing. */
export function ratioOf(numerator: number, denominator: number): number | null {
  return denominator > 0 && numerator > 0 ? numerator / denominator : null
}
