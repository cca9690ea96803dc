import { quantileSorted } from 'simple-statistics'
import type { AttemptResult, ModeResult, PhaseName } from '../result-schema.ts'
import { areIdentical, representativeOf } from './repetitions.ts'
import { PHASES } from './vocabulary.ts'

/** Named as people say them; 1 is the slowest. */
export const PERCENTILES: readonly { readonly label: string; readonly p: number }[] = [
  { label: 'p50', p: 0.5 },
  { label: 'p75', p: 0.75 },
  { label: 'p90', p: 0.9 },
  { label: 'p95', p: 0.95 },
  { label: 'p99', p: 0.99 },
  { label: 'p99.9', p: 0.999 },
  { label: 'slowest', p: 1 },
]

/** Where the curve is drawn: even steps, and the tail more closely. */
const CURVE = [...Array.from({ length: 51 }, (_, index) => index / 50), 0.985, 0.99, 0.995, 0.999].sort(
  (a, b) => a - b,
)

export interface LatencyDistribution {
  readonly samples: number
  /** ms, one for each of PERCENTILES; null where nothing was answered. */
  readonly percentiles: readonly (number | null)[]
  /** The same of each phase. */
  readonly phases: readonly {
    readonly phase: PhaseName
    readonly samples: number
    readonly percentiles: readonly (number | null)[]
  }[]
  /** The distribution function: [ms, share of the answers that took no longer]. */
  readonly curve: readonly (readonly [number, number])[]
}

/** Answer times of the attempts answered with 200; repetitions are pooled unless they are identical. */
export function latencyDistribution({ repetitions }: ModeResult): LatencyDistribution {
  const used = areIdentical(repetitions) ? [representativeOf(repetitions)] : repetitions
  const answered = used.flatMap(({ attempts }) => attempts.filter(({ status }) => status === 200))
  const timesOf = (attempts: readonly AttemptResult[]) =>
    attempts.map(({ startMs, endMs }) => endMs - startMs).sort((a, b) => a - b)
  const times = timesOf(answered)
  return {
    ...percentilesOf(times),
    phases: PHASES.map(({ phase }) => ({
      phase,
      ...percentilesOf(timesOf(answered.filter((attempt) => attempt.phase === phase))),
    })),
    curve: times.length === 0 ? [] : CURVE.map((p) => [quantileSorted(times, p), p] as const),
  }
}

/** @param times Sorted. */
function percentilesOf(times: number[]) {
  return {
    samples: times.length,
    percentiles: PERCENTILES.map(({ p }) => (times.length === 0 ? null : quantileSorted(times, p))),
  }
}
