import type { GeneratorResult, LoadArrivals } from '../../reports/index.ts'
import { formatDuration, formatPercent } from '../../reports/index.ts'
import type { LoadRecorder } from './generate/index.ts'
import type { OwnFigures } from './resources/index.ts'

/** A thread that is busy for more than this share has no room for a burst. */
const MOST_CPU = 0.8
/** Later than this, what is measured is in part the generator's own delay, real ms. */
const MOST_LATE_MS = 100
/** The same where real time is a small part of production's, ms of production time. */
export const MOST_LATE_PRODUCTION_MS = 1_000

/** In real time and, where that is another, of production. */
export function formatLate(ms: number, timeScale: number): string {
  const scaled = timeScale === 1 ? '' : ` (${formatDuration(ms * timeScale)} of production time)`
  return `${formatDuration(ms)}${scaled}`
}

/** How good the generator was, and whether it can have set the figures itself. */
export function judgeGenerator(
  own: OwnFigures,
  arrivals: LoadArrivals['kind'],
  { arrivalError }: Pick<LoadRecorder, 'arrivalError'>,
  timeScale: number,
  autocannon: GeneratorResult['autocannon'],
): { readonly generator: GeneratorResult; readonly warnings: readonly string[] } {
  const wallArrivalError =
    arrivals === 'closed' || arrivalError.count === 0
      ? null
      : {
          p50Ms: arrivalError.percentile(50),
          p99Ms: arrivalError.percentile(99),
          maxMs: arrivalError.percentile(100),
        }
  const mostLate = Math.min(MOST_LATE_MS, MOST_LATE_PRODUCTION_MS / timeScale)
  const warnings = [
    ...(own.cpu > MOST_CPU
      ? [`The generator was busy for ${formatPercent(own.cpu)} of a core: it may have been the bottleneck.`]
      : []),
    ...(own.delayP99Ms > mostLate
      ? [
          `The generator's event loop was late by ${formatLate(own.delayP99Ms, timeScale)} at p99: latencies hold as much of its own.`,
        ]
      : []),
    ...(wallArrivalError && wallArrivalError.p99Ms > mostLate
      ? [
          `Runs were started late by ${formatLate(wallArrivalError.p99Ms, timeScale)} at p99: the load came in other bursts than was asked for.`,
        ]
      : []),
  ]
  return {
    generator: {
      cpu: own.cpu,
      wallEventLoopDelayP50Ms: own.delayP50Ms,
      wallEventLoopDelayP99Ms: own.delayP99Ms,
      wallEventLoopDelayMaxMs: own.delayMaxMs,
      wallArrivalError,
      autocannon,
    },
    warnings,
  }
}
