import type { BenchClock } from '../clock/index.ts'

/**
 * The connection pool, as waiting on the run's clock: first come, first served, and without a limit to
 * the wait, as pg's own pool. The real pool behind it has as many connections and so never waits.
 */
export class ConnectionPool {
  readonly #clock: BenchClock
  readonly #onWait: (fromMs: number, toMs: number) => void
  readonly #waiting: {
    readonly sinceMs: number
    readonly resolve: () => void
    readonly reject: (reason: unknown) => void
  }[] = []
  #free: number
  #inUse = 0
  #peak = 0

  /**
   * @param size Connections.
   * @param onWait Told of each wait, with its begin and end on the clock.
   */
  constructor(clock: BenchClock, size: number, onWait: (fromMs: number, toMs: number) => void) {
    this.#clock = clock
    this.#free = size
    this.#onWait = onWait
    clock.stopped.addEventListener('abort', () => {
      for (const { reject } of this.#waiting.splice(0)) reject(clock.stopped.reason)
    })
  }

  /** Most connections that were in use at once. */
  get peak(): number {
    return this.#peak
  }

  /** Who waits for a connection, a line each. */
  get waiting(): string[] {
    return this.#waiting.map(
      ({ sinceMs }) => `waits for a pooled connection, since ${new Date(sinceMs).toISOString()} (virtual)`,
    )
  }

  /** Takes a connection; call what it returns to give it back. */
  async acquire(): Promise<() => void> {
    if (this.#free > 0) this.#free--
    else {
      const sinceMs = this.#clock.now()
      this.#clock.stopped.throwIfAborted()
      await new Promise<void>((resolve, reject) => this.#waiting.push({ sinceMs, resolve, reject }))
      this.#onWait(sinceMs, this.#clock.now())
    }
    this.#peak = Math.max(this.#peak, ++this.#inUse)
    let released = false
    return () => {
      if (released) return
      released = true
      this.#inUse--
      const next = this.#waiting.shift()
      if (next) next.resolve()
      else this.#free++
    }
  }
}
