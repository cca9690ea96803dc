import type { Clock } from '../../../engine/index.ts'

/** Turns of the event loop without anything new before the engine counts as waiting for time alone. */
const QUIET_TURNS = 4

interface Sleeper {
  readonly at: number
  wake(): void
}

/**
 * Virtual time for measuring CPU time. That of the bench looks at the event loop all the time, which is CPU
 * time that depends on how long the database takes; this one does nothing while a request is under way, and
 * in turn knows nothing of locks: no request may sleep in a transaction.
 */
export class SteppingClock implements Clock {
  #now: number
  #sleepers: Sleeper[] = []
  #underWay = 0
  #activity = 0
  #looking = false

  /** @param startMs Where it starts, ms since the epoch. */
  constructor(startMs: number) {
    this.#now = startMs
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const onAbort = () => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1)
        reject(signal?.reason)
      }
      const wake = () => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }
      const sleeper = { at: this.#now + ms, wake }
      signal?.addEventListener('abort', onAbort, { once: true })
      const later = this.#sleepers.findIndex((other) => other.at > sleeper.at)
      this.#sleepers.splice(later < 0 ? this.#sleepers.length : later, 0, sleeper)
      this.#activity++
      this.#look()
    })
  }

  /** Time stands still while this is under way. */
  async request<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay++
    this.#activity++
    try {
      return await work()
    } finally {
      this.#underWay--
      this.#look()
    }
  }

  #look(): void {
    if (this.#looking) return
    this.#looking = true
    let seen = this.#activity
    let quiet = 0
    const turn = () => {
      if (this.#underWay > 0 || this.#sleepers.length === 0) {
        this.#looking = false
        return
      }
      if (this.#activity !== seen) quiet = 0
      seen = this.#activity
      if (++quiet > QUIET_TURNS) {
        quiet = 0
        const next = this.#sleepers.shift()
        if (next) this.#now = Math.max(this.#now, next.at)
        next?.wake()
      }
      setImmediate(turn)
    }
    setImmediate(turn)
  }
}
