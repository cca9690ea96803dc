import { max, mean, median, min, standardDeviation } from 'simple-statistics'
import type { ModeResult, Repetition } from './result-schema.ts'

/** The statistics of a mode's durations as the bench writes them; the margin of error is left at 0. */
export function durationOf(repetitions: readonly Repetition[]): ModeResult['duration'] {
  const values = repetitions.map((repetition) => repetition.durationMs)
  return {
    samples: values.length,
    meanMs: mean(values),
    minMs: min(values),
    maxMs: max(values),
    p50Ms: median(values),
    sdMs: standardDeviation(values),
    rmePercent: 0,
  }
}
