import { Durations } from './durations.ts'
import type { ProxyRoundTrip } from './round-trips.ts'
import type { ProxyStats } from './stats-schema.ts'

/** More shapes than any service has: SQL that is made up anew each time must not fill the memory. */
const MOST_SHAPES = 500
const OTHER = 'OTHER'

/** What the database proxy counts. */
export class Statistics {
  readonly #target: string
  readonly #rttMs: number
  readonly #underWay: () => number
  #since = new Date()
  #open = 0
  #counts = noCounts()
  #held = new Durations()
  readonly #shapes = new Map<string, { durations: Durations; failed: number }>()

  /** @param underWay Requests that are not answered yet, on all connections. */
  constructor(target: string, rttMs: number, underWay: () => number) {
    this.#target = target
    this.#rttMs = rttMs
    this.#underWay = underWay
  }

  /** Counts from 0 again. What is open stays open, and what is under way counts when it is answered. */
  reset(): void {
    this.#since = new Date()
    this.#counts = { ...noCounts(), peak: this.#open }
    this.#held = new Durations()
    this.#shapes.clear()
  }

  opened(): void {
    this.#counts.opened++
    this.#counts.peak = Math.max(this.#counts.peak, ++this.#open)
  }

  /** @param unanswered Requests that it left without an answer. */
  closed(unanswered: number): void {
    this.#open--
    this.#counts.unanswered += unanswered
  }

  refused(): void {
    this.#counts.refused++
  }

  cancelled(): void {
    this.#counts.cancels++
  }

  sent(bytes: number): void {
    this.#counts.toDatabase += bytes
  }

  received(bytes: number): void {
    this.#counts.fromDatabase += bytes
  }

  held(ms: number): void {
    this.#held.add(ms)
  }

  roundTrip({ kind, shape, durationMs, pipelined, failed }: ProxyRoundTrip): void {
    this.#counts[kind]++
    if (pipelined) this.#counts.pipelined++
    if (failed) this.#counts.failed++
    const name = this.#shapes.has(shape) || this.#shapes.size < MOST_SHAPES ? shape : OTHER
    const group = this.#shapes.get(name) ?? { durations: new Durations(), failed: 0 }
    group.durations.add(durationMs)
    if (failed) group.failed++
    this.#shapes.set(name, group)
  }

  get stats(): ProxyStats {
    const { peak, opened, refused, cancels, toDatabase, fromDatabase, ...counts } = this.#counts
    const { simple, extended, copy, function: called, pipelined, failed, unanswered } = counts
    return {
      schemaVersion: 1,
      since: this.#since.toISOString(),
      target: this.#target,
      rttMs: this.#rttMs,
      connections: { open: this.#open, peak, opened, refused, cancels },
      roundTrips: {
        count: simple + extended + copy + called,
        simple,
        extended,
        copy,
        function: called,
        pipelined,
        failed,
        unanswered,
        underWay: this.#underWay(),
      },
      shapes: [...this.#shapes]
        .map(([shape, { durations, failed }]) => ({
          shape,
          count: durations.count,
          failed,
          totalMs: durations.totalMs,
          ...durations.percentiles,
        }))
        .sort((a, b) => b.count - a.count || (a.shape < b.shape ? -1 : 1)),
      bytes: { toDatabase, fromDatabase },
      held: this.#held.count === 0 ? null : { count: this.#held.count, ...this.#held.percentiles },
    }
  }
}

const noCounts = () => ({
  peak: 0,
  opened: 0,
  refused: 0,
  cancels: 0,
  simple: 0,
  extended: 0,
  copy: 0,
  function: 0,
  pipelined: 0,
  failed: 0,
  unanswered: 0,
  toDatabase: 0,
  fromDatabase: 0,
})
