import type { Clock } from '../ports.ts'

/** Sleep for one sleeper, which ends early when something changes. */
export class WakeUp {
  readonly #clock: Clock
  #notified = 0
  #sleep: AbortController | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How often something has changed. */
  get notified(): number {
    return this.#notified
  }

  /** Something has changed: ends the sleep. */
  notify(): void {
    this.#notified++
    this.#sleep?.abort()
  }

  /**
   * Sleeps for `ms`, or until something changes; not at all where something has changed already.
   * @param ms Infinity: only a change ends it.
   * @param since `notified` as it was before the sleeper looked.
   */
  async sleep(ms: number, since: number): Promise<void> {
    if (since !== this.#notified) return
    this.#sleep = new AbortController()
    const { signal } = this.#sleep
    try {
      if (ms === Number.POSITIVE_INFINITY) await aborted(signal)
      else await this.#clock.sleep(ms, signal)
    } catch (reason) {
      if (!signal.aborted) throw reason
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
