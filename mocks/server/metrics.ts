import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { BucketLevel } from '../mock-state.ts'

/** What is read when `/metrics` is asked for, so that it costs nothing before. */
export interface MetricsSource {
  tokens(): { readonly input: number; readonly output: number }
  bucketLevels(): readonly BucketLevel[]
}

/** What `/metrics` shows: a registry of its own, so that several servers live in one process. */
export interface Metrics {
  readonly contentType: string
  /** Counts a request; the returned function counts its end. `status` is absent for one without an answer. */
  begin(startMs: number): (end: { readonly status: number | undefined; readonly endMs: number }) => void
  /** Counts begin anew; what is under way stays so. */
  reset(): void
  text(): Promise<string>
}

/** Upper bounds, seconds: a mock without latency answers in under a millisecond, a long story in minutes. */
const DURATION_BUCKETS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120,
]

const NO_STATUS = 0

export function createMetrics(source: MetricsSource): Metrics {
  const registry = new Registry()
  const registers = [registry]
  // Counted here and written when they are asked for: to look a label up costs more than to count.
  const byStatus: number[] = []
  let underWay = 0
  new Counter({
    name: 'claude_mock_requests_total',
    help: 'Requests since the start or the last reset, by the status of their answer; "none" where the connection ended without one.',
    labelNames: ['status'],
    registers,
    collect() {
      this.reset()
      byStatus.forEach((count, status) => {
        this.inc({ status: status === NO_STATUS ? 'none' : String(status) }, count)
      })
    },
  })
  new Counter({
    name: 'claude_mock_tokens_total',
    help: 'Tokens of answered requests, since the start or the last reset.',
    labelNames: ['direction'],
    registers,
    collect() {
      const { input, output } = source.tokens()
      this.reset()
      this.inc({ direction: 'input' }, input)
      this.inc({ direction: 'output' }, output)
    },
  })
  const duration = new Histogram({
    name: 'claude_mock_request_duration_seconds',
    help: 'From the request line to the last byte of the answer.',
    buckets: DURATION_BUCKETS,
    registers,
  })
  new Gauge({
    name: 'claude_mock_requests_under_way',
    help: 'Requests that have no answer yet, or not all of it.',
    registers,
    collect() {
      this.set(underWay)
    },
  })
  new Gauge({
    name: 'claude_mock_rate_limit_level',
    help: 'What is left in a rate limit bucket; may be negative.',
    labelNames: ['model_class', 'limit'],
    registers,
    collect() {
      this.reset()
      for (const { modelClass, limit, level } of source.bucketLevels()) {
        this.set({ model_class: modelClass, limit }, level)
      }
    },
  })
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory of the process.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
  return {
    contentType: registry.contentType,
    begin(startMs) {
      underWay += 1
      return ({ status, endMs }) => {
        underWay -= 1
        const index = status ?? NO_STATUS
        byStatus[index] = (byStatus[index] ?? 0) + 1
        duration.observe((endMs - startMs) / 1_000)
      }
    },
    reset() {
      byStatus.length = 0
      duration.reset()
    },
    text: () => registry.metrics(),
  }
}
