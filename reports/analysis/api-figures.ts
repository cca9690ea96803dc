import { quantile } from 'simple-statistics'
import type { AttemptResult, PhaseName, Repetition } from '../result-schema.ts'

/** Below this, a p99 is hardly more than the slowest sample. */
export const FEW_SAMPLES = 100

/** Response times of the attempts answered with 200. Null percentiles where there is none. */
export interface ResponseTimes {
  readonly samples: number
  readonly p50: number | null
  readonly p90: number | null
  readonly p99: number | null
}

export interface ApiFigures {
  readonly calls: number
  readonly failedCalls: number
  readonly attempts: number
  /** Attempts beyond one for each call. */
  readonly wastedAttempts: number
  readonly rateLimited: number
  /** Attempts not answered with 200, by status, ascending; 0 is no answer. */
  readonly errors: readonly { readonly status: number; readonly count: number }[]
  readonly errorRate: number
  readonly inputTokens: number
  readonly outputTokens: number
}

export function apiFigures(repetition: Repetition): ApiFigures {
  const { calls, attempts } = repetition
  const errors = new Map<number, number>()
  for (const { status } of attempts) {
    if (status !== 200) errors.set(status, (errors.get(status) ?? 0) + 1)
  }
  const errorCount = [...errors.values()].reduce((sum, count) => sum + count, 0)
  return {
    calls: calls.length,
    failedCalls: calls.filter((call) => !call.ok).length,
    attempts: attempts.length,
    wastedAttempts: Math.max(0, attempts.length - calls.length),
    rateLimited: errors.get(429) ?? 0,
    errors: [...errors].map(([status, count]) => ({ status, count })).sort((a, b) => a.status - b.status),
    errorRate: attempts.length > 0 ? errorCount / attempts.length : 0,
    inputTokens: attempts.reduce((sum, attempt) => sum + attempt.inputTokens, 0),
    outputTokens: attempts.reduce((sum, attempt) => sum + attempt.outputTokens, 0),
  }
}

/** Percentiles over the samples of all the attempts given (pooled: percentiles are never averaged). */
export function responseTimes(attempts: readonly AttemptResult[], phase?: PhaseName): ResponseTimes {
  const times = attempts
    .filter((attempt) => attempt.status === 200 && (phase === undefined || attempt.phase === phase))
    .map((attempt) => attempt.endMs - attempt.startMs)
  const at = (p: number) => (times.length > 0 ? quantile(times, p) : null)
  return { samples: times.length, p50: at(0.5), p90: at(0.9), p99: at(0.99) }
}
