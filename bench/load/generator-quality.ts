import type { GeneratorResult, LoadArrivals } from '../../reports/index.ts'
import type { LoadRecorder } from './generate/index.ts'
import type { OwnFigures } from './resources/index.ts'

/** A thread that is busy for more than this share has no room for a burst. */
const MOST_CPU = 0.8
/** Later than this, what is measured is in part the generator's own delay, real ms. */
const MOST_DELAY_P99_MS = 100
const MOST_ARRIVAL_ERROR_P99_MS = 100

/** Whether the generator can have set the figures itself. */
export function judgeGenerator(
  own: OwnFigures,
  arrivals: LoadArrivals['kind'],
  { arrivalError }: Pick<LoadRecorder, 'arrivalError'>,
): GeneratorResult {
  const wallArrivalError =
    arrivals === 'closed' || arrivalError.count === 0
      ? null
      : {
          p50Ms: arrivalError.percentile(50),
          p99Ms: arrivalError.percentile(99),
          maxMs: arrivalError.percentile(100),
        }
  const warnings = [
    ...(own.cpu > MOST_CPU
      ? [
          `The generator was busy for ${Math.round(own.cpu * 100)} % of a core: it may have been the bottleneck.`,
        ]
      : []),
    ...(own.delayP99Ms > MOST_DELAY_P99_MS
      ? [
          `The generator's event loop was late by ${Math.round(own.delayP99Ms)} ms (p99): latencies hold as much of its own.`,
        ]
      : []),
    ...(wallArrivalError && wallArrivalError.p99Ms > MOST_ARRIVAL_ERROR_P99_MS
      ? [
          `Runs were started up to ${Math.round(wallArrivalError.p99Ms)} ms late (p99): the load came in other bursts than was asked for.`,
        ]
      : []),
  ]
  return {
    cpu: own.cpu,
    wallEventLoopDelayP50Ms: own.delayP50Ms,
    wallEventLoopDelayP99Ms: own.delayP99Ms,
    wallEventLoopDelayMaxMs: own.delayMaxMs,
    wallArrivalError,
    warnings,
  }
}
