import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { roundMs } from '../instrument/round-ms.ts'

const MICROSECONDS = 1_000
/** An hour; what takes longer counts as that. */
const LONGEST_MS = 3_600_000

/** Durations as a histogram of fixed size: percentiles hold to 1 %, however many there are. */
export class Durations {
  readonly #histogram: RecordableHistogram = createHistogram({
    lowest: 1,
    highest: LONGEST_MS * MICROSECONDS,
    figures: 2,
  })
  #totalMs = 0
  #maxMs = 0

  add(ms: number): void {
    this.#totalMs += ms
    this.#maxMs = Math.max(this.#maxMs, ms)
    this.#histogram.record(Math.round(Math.min(Math.max(ms * MICROSECONDS, 1), LONGEST_MS * MICROSECONDS)))
  }

  get count(): number {
    return this.#histogram.count
  }

  get totalMs(): number {
    return roundMs(this.#totalMs)
  }

  get percentiles(): { p50Ms: number; p90Ms: number; p99Ms: number; maxMs: number } {
    const at = (percent: number) =>
      // A bucket's upper edge can lie above the largest that was recorded.
      roundMs(Math.min(this.#histogram.percentile(percent) / MICROSECONDS, this.#maxMs))
    return { p50Ms: at(50), p90Ms: at(90), p99Ms: at(99), maxMs: roundMs(this.#maxMs) }
  }
}
