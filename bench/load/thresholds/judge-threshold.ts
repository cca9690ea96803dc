import type { Load, ThresholdResult } from '../../../reports/index.ts'
import { type LoadRecorder, ROUTES } from '../generate/index.ts'
import type { Comparison, MetricName, Threshold } from './parse-threshold.ts'

/** What thresholds are judged by. */
export interface Judged {
  readonly load: Omit<Load, 'thresholds'>
  readonly recorder: Pick<LoadRecorder, 'completions' | 'latencies' | 'arrivalError'>
  readonly timeScale: number
}

/** A threshold on something that was not measured does not hold: it would hold for ever else. */
export function judgeThreshold(threshold: Threshold, judged: Judged): ThresholdResult {
  const value = measured(threshold, judged)
  const { text, limit, comparison } = threshold
  return {
    text,
    unit: unitOf(threshold),
    limit,
    value,
    held: value !== null && compare(value, comparison, limit),
  }
}

function unitOf({ metric, statistic }: Threshold): ThresholdResult['unit'] {
  switch (statistic.kind) {
    case 'percentile':
      return metric === 'arrival-error' ? 'wall-ms' : 'ms'
    case 'max':
      return GAUGE_UNITS[metric] ?? 'count'
    default:
      return statistic.kind
  }
}

const GAUGE_UNITS: { readonly [Name in MetricName]?: ThresholdResult['unit'] } = {
  memory: 'bytes',
  cpu: 'cores',
  'event-loop': 'wall-ms',
}

function compare(value: number, comparison: Comparison, limit: number): boolean {
  switch (comparison) {
    case '<':
      return value < limit
    case '<=':
      return value <= limit
    case '>':
      return value > limit
    case '>=':
      return value >= limit
    case '==':
      return value === limit
    case '!=':
      return value !== limit
    default:
      return comparison satisfies never
  }
}

function measured({ metric, statistic }: Threshold, judged: Judged): number | null {
  switch (statistic.kind) {
    case 'percentile':
      return percentileOf(metric, statistic.percentile, judged)
    case 'max':
      return maxOf(metric, judged.load)
    case 'count':
      return countOf(metric, judged)?.count ?? null
    case 'share': {
      const counted = countOf(metric, judged)
      return counted && counted.of > 0 ? counted.count / counted.of : null
    }
    case 'per-second': {
      const counted = countOf(metric, judged)
      return counted && judged.load.durationMs > 0 ? counted.count / (judged.load.durationMs / 1_000) : null
    }
    default:
      return statistic satisfies never
  }
}

function latenciesOf(metric: MetricName, { recorder, load }: Judged) {
  switch (metric) {
    case 'run':
      return recorder.completions
    case 'create':
      return recorder.latencies(ROUTES.create)
    case 'process-next':
      return recorder.latencies(ROUTES.next)
    case 'status':
      return recorder.latencies(ROUTES.status)
    case 'arrival-error':
      // Of the closed model nobody has meant a moment.
      return load.arrivals.kind === 'closed' ? undefined : recorder.arrivalError
    default:
      return undefined
  }
}

function percentileOf(metric: MetricName, percentile: number, judged: Judged): number | null {
  const latencies = latenciesOf(metric, judged)
  if (!latencies || latencies.count === 0) return null
  // How late the generator was is its own matter, and real time.
  const scale = metric === 'arrival-error' ? 1 : judged.timeScale
  return latencies.percentile(percentile) * scale
}

function countOf(metric: MetricName, judged: Judged): { count: number; of: number } | null {
  const { runs, goodput, routes, errors, calls } = judged.load
  const requests = routes.reduce((sum, route) => sum + route.requests, 0)
  switch (metric) {
    case 'completed':
      return { count: runs.completed, of: runs.offered }
    case 'goodput':
      return goodput && { count: goodput.runs, of: runs.offered }
    case 'dropped':
      return { count: runs.dropped, of: runs.offered }
    case 'failed':
      return {
        count: runs.failed + runs.completedWithErrors + runs.errored + runs.cancelled,
        of: runs.offered,
      }
    case 'unfinished':
      return { count: runs.unfinished, of: runs.offered }
    case 'errors':
      return { count: errors.reduce((sum, error) => sum + error.count, 0), of: requests }
    case 'requests':
      return { count: requests, of: requests }
    case 'attempts':
      return calls && { count: calls.attempts, of: calls.attempts }
    case '429s':
      return calls && { count: calls.rateLimited, of: calls.attempts }
    default: {
      const latencies = latenciesOf(metric, judged)
      return latencies ? { count: latencies.count, of: runs.offered } : null
    }
  }
}

function maxOf(metric: MetricName, { series, processes, generator }: Judged['load']): number | null {
  const over = (values: readonly (number | null | undefined)[]) => {
    const there = values.filter((value): value is number => typeof value === 'number')
    return there.length > 0 ? Math.max(...there) : null
  }
  const samples = series.flatMap((bucket) => bucket.processes)
  switch (metric) {
    case 'event-loop':
      return over([...samples.map((one) => one.wallEventLoopDelayP99Ms), generator.wallEventLoopDelayP99Ms])
    case 'memory':
      return over(processes.map(({ maxRssBytes }) => maxRssBytes))
    case 'cpu':
      return over(processes.map(({ maxCpu }) => maxCpu))
    case 'in-flight':
      return over(series.map(({ inFlight }) => inFlight))
    case 'queued':
      return over(samples.map(({ queued }) => queued))
    case 'pool-waiting':
      return over(samples.map(({ poolWaiting }) => poolWaiting))
    case 'lock-waiting':
      return over(series.map(({ database }) => database?.waitingForLock))
    default:
      return null
  }
}
