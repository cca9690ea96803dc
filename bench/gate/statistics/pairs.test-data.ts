import type { Pair } from './judge.ts'
import { STATISTICAL_METRIC_NAMES, type StatisticalMetricName, type Thresholds } from './metrics.ts'

/** 3 % for each. */
export const THRESHOLDS = Object.fromEntries(
  STATISTICAL_METRIC_NAMES.map((name) => [name, 0.03]),
) as Thresholds

/** A pair in which nothing changed but what is named, by a share of the base. */
export function pairWith(changes: Partial<Record<StatisticalMetricName, number>> = {}): Pair {
  return Object.fromEntries(
    STATISTICAL_METRIC_NAMES.map((name) => {
      const ratio = 1 + (changes[name] ?? 0)
      return [name, { base: 100, head: 100 * ratio, ratio }]
    }),
  ) as Pair
}

/** A little different each time, as samples are: the sum of the first 10 is nought. */
export function noise(n: number): number {
  return [4, -3, 1, -4, 2, 3, -2, -1, 5, -5][n % 10] as number
}
