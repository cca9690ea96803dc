import { setTimeout as realDelay, setImmediate as turn } from 'node:timers/promises'
import type { BenchClock, CountLockWaiters, StatementTiming } from './clock.ts'

/** Thrown into everything that waits when virtual time cannot move. */
export class ClockStalledError extends Error {
  override readonly name = 'ClockStalledError'
  readonly code = 'CLOCK_STALLED'
}

export interface VirtualClockOptions {
  /** Where the clock starts, ms since the epoch. @default 2026-01-01T00:00:00Z */
  readonly startMs?: number
  /**
   * Turns of the event loop without anything new before the process counts as quiet. The SDK and MSW
   * need 3 between a wake-up and the next sleep (measured); more costs little. @default 8
   */
  readonly quietTurns?: number
  /** Real time without progress after which the clock gives up, ms. @default 5000 */
  readonly stallLimitMs?: number
}

interface Sleeper {
  readonly at: number
  readonly wake: () => void
  readonly fail: (reason: unknown) => void
}

interface BlockedStatement {
  readonly what: string
  readonly sinceMs: number
  /** Set when the real statement has ended; it is delivered by `#releaseBlocked`. */
  settled: boolean
  readonly deliver: () => void
  readonly fail: (reason: unknown) => void
}

/** How long a statement runs before the database is asked whether it waits for a lock, real ms. */
const LOCK_PROBE_AFTER_MS = 3
const LOCK_PROBE_EVERY_MS = 1

/**
 * Virtual time for a process that does real work. Time moves only when the process is quiet: no
 * bracketed work under way, and several turns of the event loop in which nothing was registered.
 * Then the earliest sleeper alone is woken, at exactly its time; the next one waits until the process
 * is quiet again. So at most one task runs between two wake-ups, and the order of everything is that
 * of (time, sequence of registration), whatever the speed of the machine.
 */
export class VirtualClock implements BenchClock {
  readonly kind = 'virtual'
  readonly #quietTurns: number
  readonly #stallLimitMs: number
  readonly #sleepers: Sleeper[] = []
  readonly #blocked: BlockedStatement[] = []
  readonly #busy = new Map<object, { what: string; sinceRealMs: number }>()
  #now: number
  #activity = 0
  #running = false
  #stopped: Error | undefined

  constructor(options: VirtualClockOptions = {}) {
    this.#now = options.startMs ?? Date.UTC(2026, 0, 1)
    this.#quietTurns = options.quietTurns ?? 8
    this.#stallLimitMs = options.stallLimitMs ?? 5_000
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (!(ms >= 0)) return Promise.reject(new RangeError(`sleep takes 0 ms or more, got ${ms}`))
    if (this.#stopped) return Promise.reject(this.#stopped)
    if (signal?.aborted) return Promise.reject(signal.reason)
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1)
        this.#activity++
        reject(signal?.reason)
      }
      const sleeper: Sleeper = {
        at: this.#now + ms,
        wake: () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
        fail: reject,
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#enqueue(sleeper)
    })
  }

  async io<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (this.#stopped) throw this.#stopped
    const token = this.#enter(what)
    try {
      return await work()
    } finally {
      this.#leave(token)
    }
  }

  async sleepInsideIo(ms: number, signal?: AbortSignal): Promise<void> {
    // The bracket that is open belongs to the caller; which of several makes no difference to the count.
    const [token, entry] = this.#busy.entries().next().value ?? []
    if (!token || !entry) return this.sleep(ms, signal)
    this.#leave(token)
    try {
      await this.sleep(ms, signal)
    } finally {
      this.#busy.set(token, { what: entry.what, sinceRealMs: performance.now() })
      this.#activity++
    }
  }

  async statement<T>(
    what: string,
    work: () => Promise<T>,
    countLockWaiters: CountLockWaiters,
  ): Promise<StatementTiming<T>> {
    if (this.#stopped) throw this.#stopped
    const token = this.#enter(what)
    let ended = false
    const outcome = work().then(
      (value) => {
        ended = true
        return { ok: true as const, value }
      },
      (error: unknown) => {
        ended = true
        return { ok: false as const, error }
      },
    )
    try {
      const waitsForLock = await this.#waitsForLock(outcome, () => ended, countLockWaiters)
      if (!waitsForLock) {
        const result = await outcome
        await this.#releaseBlocked(countLockWaiters)
        if (!result.ok) throw result.error
        return { value: result.value, lockWaitMs: 0 }
      }
    } finally {
      this.#leave(token)
    }
    const sinceMs = this.#now
    await this.#untilReleased(what, outcome)
    const result = await outcome
    if (!result.ok) throw result.error
    return { value: result.value, lockWaitMs: this.#now - sinceMs }
  }

  stop(reason: Error): void {
    this.#stopped ??= reason
    for (const sleeper of this.#sleepers.splice(0)) sleeper.fail(reason)
    for (const blocked of this.#blocked.splice(0)) blocked.fail(reason)
  }

  #enqueue(sleeper: Sleeper): void {
    let index = this.#sleepers.length
    while (index > 0 && (this.#sleepers[index - 1] as Sleeper).at > sleeper.at) index--
    this.#sleepers.splice(index, 0, sleeper)
    this.#activity++
    if (!this.#running) {
      this.#running = true
      void this.#run()
    }
  }

  #enter(what: string): object {
    const token = {}
    this.#busy.set(token, { what, sinceRealMs: performance.now() })
    this.#activity++
    return token
  }

  #leave(token: object): void {
    this.#busy.delete(token)
    this.#activity++
  }

  async #run(): Promise<void> {
    while (this.#sleepers.length > 0 || this.#blocked.length > 0) {
      await this.#quiet()
      if (this.#stopped) break
      const next = this.#sleepers.shift()
      if (next) {
        this.#now = next.at
        this.#activity++
        next.wake()
      } else if (this.#blocked.length > 0) {
        this.#stall('statements wait for a lock, and nothing that could release it is due')
      }
    }
    this.#running = false
  }

  async #quiet(): Promise<void> {
    let seen = -1
    for (let quiet = 0; quiet < this.#quietTurns; quiet++) {
      if (this.#busy.size > 0 || this.#activity !== seen) {
        seen = this.#activity
        quiet = -1
        if (this.#busy.size > 0) this.#checkBusy()
      }
      await turn()
      if (this.#stopped) return
    }
  }

  #checkBusy(): void {
    const oldest = Math.min(...[...this.#busy.values()].map((entry) => entry.sinceRealMs))
    if (performance.now() - oldest > this.#stallLimitMs) this.#stall('work that was begun does not end')
  }

  #stall(why: string): void {
    const realNow = performance.now()
    const busy = [...this.#busy.values()].map(
      (entry) =>
        `busy: ${entry.what}, for ${((realNow - entry.sinceRealMs) / 1000).toFixed(1)} s of real time`,
    )
    const blocked = this.#blocked.map(
      (entry) => `waits for a lock: ${entry.what}, since virtual ${new Date(entry.sinceMs).toISOString()}`,
    )
    const list = [...busy, ...blocked].map((line) => `\n  ${line}`).join('')
    this.stop(new ClockStalledError(`Virtual time cannot move: ${why}.${list}`))
  }

  /** True once every statement under way, this one included, waits for a lock; false once it ended. */
  async #waitsForLock(
    outcome: Promise<unknown>,
    ended: () => boolean,
    countLockWaiters: CountLockWaiters,
  ): Promise<boolean> {
    for (let delay = LOCK_PROBE_AFTER_MS; ; delay = LOCK_PROBE_EVERY_MS) {
      await firstOf(outcome, delay)
      if (ended()) return false
      const waiting = await countLockWaiters()
      if (ended()) return false
      if (this.#stopped) throw this.#stopped
      if (waiting > this.#unsettled()) return true
    }
  }

  #unsettled(): number {
    return this.#blocked.filter((entry) => !entry.settled).length
  }

  #untilReleased(what: string, outcome: Promise<unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry: BlockedStatement = {
        what,
        sinceMs: this.#now,
        settled: false,
        deliver: resolve,
        fail: reject,
      }
      void outcome.then(() => {
        entry.settled = true
      })
      this.#blocked.push(entry)
      this.#activity++
    })
  }

  /**
   * After a statement that may have released locks: waits, in real time, until every blocked statement
   * has either ended or is seen to wait for a lock still, and puts those that ended into the queue at
   * the present time, in the order in which they came to be blocked.
   */
  async #releaseBlocked(countLockWaiters: CountLockWaiters): Promise<void> {
    if (this.#blocked.length === 0) return
    const givenUpAt = performance.now() + this.#stallLimitMs
    for (;;) {
      const before = this.#unsettled()
      const waiting = before === 0 ? 0 : await countLockWaiters()
      if (waiting === before && this.#unsettled() === before) break
      if (performance.now() > givenUpAt) {
        this.#stall('a statement got its lock and does not end')
        return
      }
      await realDelay(LOCK_PROBE_EVERY_MS)
    }
    for (const entry of this.#blocked.filter((candidate) => candidate.settled)) {
      this.#blocked.splice(this.#blocked.indexOf(entry), 1)
      this.#enqueue({ at: this.#now, wake: entry.deliver, fail: entry.fail })
    }
  }
}

/** Waits for the work or for `ms` of real time, whichever is first, and leaves no timer behind. */
async function firstOf(work: Promise<unknown>, ms: number): Promise<void> {
  const timer = new AbortController()
  await Promise.race([work, realDelay(ms, undefined, { signal: timer.signal }).catch(() => {})])
  timer.abort()
}
