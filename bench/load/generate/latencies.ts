import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js'
import type { BucketLatency, LatencyResult } from '../../../reports/index.ts'

/** 0.1 % of a value. */
const DIGITS = 3

/**
 * Latencies in an HdrHistogram of µs of real time. Two are put together by adding their counts: percentiles
 * are read from the whole, and never computed from other percentiles.
 */
export class Latencies {
  readonly #histogram = build({ numberOfSignificantValueDigits: DIGITS, bitBucketSize: 32, autoResize: true })

  /** @param wallMs Real ms. */
  record(wallMs: number): void {
    this.#histogram.recordValue(Math.max(1, Math.round(wallMs * 1_000)))
  }

  add(other: Latencies): void {
    this.#histogram.add(other.#histogram)
  }

  reset(): void {
    this.#histogram.reset()
  }

  get count(): number {
    return this.#histogram.totalCount
  }

  /** @returns real ms; 0 where nothing was recorded */
  percentile(percentile: number): number {
    return this.count === 0 ? 0 : this.#histogram.getValueAtPercentile(percentile) / 1_000
  }

  /** @returns null where nothing was recorded */
  summary(timeScale: number): LatencyResult | null {
    if (this.count === 0) return null
    const at = (percentile: number) => this.percentile(percentile) * timeScale
    return {
      count: this.count,
      minMs: (this.#histogram.minNonZeroValue / 1_000) * timeScale,
      p50Ms: at(50),
      p90Ms: at(90),
      p95Ms: at(95),
      p99Ms: at(99),
      p999Ms: at(99.9),
      maxMs: at(100),
      wallHistogram: encodeIntoCompressedBase64(this.#histogram),
    }
  }

  /** @returns null where nothing was recorded */
  brief(timeScale: number): BucketLatency | null {
    if (this.count === 0) return null
    const at = (percentile: number) => this.percentile(percentile) * timeScale
    return { count: this.count, p50Ms: at(50), p95Ms: at(95), p99Ms: at(99), maxMs: at(100) }
  }
}
