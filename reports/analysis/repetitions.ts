import { median } from 'simple-statistics'
import type { Repetition } from '../result-schema.ts'

/**
 * The repetition whose duration is nearest to the median (the first of several). Counts and breakdowns are
 * taken from it, not medians of their own, so that the parts of a figure add up to it.
 */
export function representativeOf(repetitions: readonly Repetition[]): Repetition {
  const middle = median(repetitions.map((repetition) => repetition.durationMs))
  return repetitions.reduce((best, candidate) =>
    Math.abs(candidate.durationMs - middle) < Math.abs(best.durationMs - middle) ? candidate : best,
  )
}

/** Whether all repetitions say the same in everything but the real time they took. */
export function areIdentical(repetitions: readonly Repetition[]): boolean {
  if (repetitions.length === 1) return true
  const texts = new Set(repetitions.map(({ wallMs: _, ...rest }) => JSON.stringify(rest)))
  return texts.size === 1
}
