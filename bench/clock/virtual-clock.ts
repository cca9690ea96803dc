import { insideBracket, watchForBypass } from './bypass-detector.ts'
import type { BenchClock, LockableStatement, LockWait, StatementTiming } from './clock.ts'
import { LockQueue } from './lock-queue.ts'
import { send } from './send-statement.ts'
import { ClockStalledError, watchForStall } from './stall-watch.ts'

export interface VirtualClockOptions {
  /** Where the clock starts, ms since the epoch. @default 2026-01-01T00:00:00Z */
  readonly startMs?: number
  /**
   * Turns of the event loop without anything new before the process counts as quiet. The SDK and MSW
   * need 3 between a wake-up and the next sleep (measured); more costs little. @default 8
   */
  readonly quietTurns?: number
  /** Real time without anything happening after which a run fails, ms. @default 4000 */
  readonly stallLimitMs?: number
  /** Waiting for a lock for longer than this fails a run: nobody will release it. Virtual, ms. @default an hour */
  readonly lockWaitLimitMs?: number
}

interface Sleeper {
  readonly at: number
  readonly wake: () => void
  readonly fail: (reason: unknown) => void
}

interface Bracket {
  readonly what: string
  /** Virtual, ms. */
  readonly sinceMs: number
}

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
  readonly #lockWaitLimitMs: number
  /** By time, then by registration. */
  readonly #sleepers: Sleeper[] = []
  readonly #locks = new LockQueue()
  readonly #brackets = new Map<object, Bracket>()
  readonly #runs = new Set<(reason: Error) => void>()
  #now: number
  /** Grows with everything that happens. */
  #activity = 0
  #running = false
  /** Called when a bracket no longer holds time up; undefined where nobody waits for that. */
  #onFree: (() => void) | undefined
  /** Pauses inside brackets: so many of those that are open hold nothing up. */
  #pauses = 0
  #stopped: Error | undefined
  readonly #stopController = new AbortController()

  constructor(options: VirtualClockOptions = {}) {
    this.#now = options.startMs ?? Date.UTC(2026, 0, 1)
    this.#quietTurns = options.quietTurns ?? 8
    this.#stallLimitMs = options.stallLimitMs ?? 4_000
    this.#lockWaitLimitMs = options.lockWaitLimitMs ?? 3_600_000
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
    const token = this.#open({ what, sinceMs: this.#now })
    try {
      return await insideBracket(work)
    } finally {
      this.#close(token)
    }
  }

  async sleepInsideIo(ms: number, signal?: AbortSignal): Promise<void> {
    this.#pauses++
    this.#activity++
    this.#free()
    try {
      await this.sleep(ms, signal)
    } finally {
      this.#pauses--
      this.#activity++
    }
  }

  async statement<T>(statement: LockableStatement<T>): Promise<StatementTiming<T>> {
    const { what, inTransaction } = statement
    let sinceMs: number | undefined
    for (;;) {
      if (this.#stopped) throw this.#stopped
      const token = this.#open({ what, sinceMs: this.#now })
      try {
        const sent = await insideBracket(() => send(statement, (wait) => this.#locks.closesCircle(wait)))
        // A transaction that fails gives up its locks at once, not at its ROLLBACK.
        if (sent.state === 'failed' || (sent.state === 'ended' && statement.releasesLocks)) this.#retryAll()
        const lockWaitMs = sinceMs === undefined ? 0 : this.#now - sinceMs
        if (sent.state === 'failed') return { ok: false, error: sent.error, lockWaitMs }
        if (sent.state === 'ended') return { ok: true, value: sent.value, lockWaitMs }
        sinceMs ??= this.#now
        // In the queue before the bracket closes, so that time cannot move in between.
        const wait = inTransaction ? sent.wait : undefined
        const retry = this.#untilRetry({ what, sinceMs, wait })
        this.#close(token)
        await retry
      } finally {
        this.#close(token)
      }
    }
  }

  async drive<T>(work: () => Promise<T>, waiters: () => readonly string[] = () => []): Promise<T> {
    if (this.#stopped) throw this.#stopped
    let fail: (reason: Error) => void = () => {}
    const failed = new Promise<never>((_, reject) => {
      fail = reject
    })
    this.#runs.add(fail)
    const unwatch = watchForStall(
      () => this.#activity,
      this.#stallLimitMs,
      () => this.stop(this.#stalled(waiters())),
    )
    try {
      return await Promise.race([failed, watchForBypass((error) => this.stop(error), work)])
    } finally {
      unwatch()
      this.#runs.delete(fail)
    }
  }

  get stopped(): AbortSignal {
    return this.#stopController.signal
  }

  stop(reason: Error): void {
    this.#stopped ??= reason
    this.#stopController.abort(this.#stopped)
    for (const sleeper of this.#sleepers.splice(0)) sleeper.fail(reason)
    for (const queued of this.#locks.takeAll()) queued.fail(reason)
    for (const fail of this.#runs) fail(reason)
    this.#free()
  }

  #enqueue(sleeper: Sleeper): void {
    let index = this.#sleepers.length
    while (index > 0 && (this.#sleepers[index - 1] as Sleeper).at > sleeper.at) index--
    this.#sleepers.splice(index, 0, sleeper)
    this.#activity++
    this.#start()
  }

  #start(): void {
    if (this.#running) return
    this.#running = true
    void insideBracket(() => this.#run())
  }

  #open(bracket: Bracket): object {
    const token = {}
    this.#brackets.set(token, bracket)
    this.#activity++
    return token
  }

  #close(token: object): void {
    this.#brackets.delete(token)
    this.#activity++
    this.#free()
  }

  #free(): void {
    this.#onFree?.()
    this.#onFree = undefined
  }

  async #run(): Promise<void> {
    while (this.#sleepers.length > 0) {
      await this.#quiet()
      if (this.#stopped) break
      const next = this.#sleepers.shift()
      if (!next) continue
      this.#now = next.at
      this.#activity++
      next.wake()
      if (this.#now - this.#locks.oldestMs() > this.#lockWaitLimitMs) this.stop(this.#lockedForEver())
    }
    this.#running = false
  }

  #quiet(): Promise<void> {
    return new Promise((resolve) => {
      let seen = -1
      let quiet = 0
      const look = () => {
        if (this.#stopped) return resolve()
        // Real work is under way. Looking again and again would take a core from it.
        if (this.#brackets.size > this.#pauses) {
          this.#onFree = () => setImmediate(look)
          return
        }
        if (this.#activity !== seen) {
          seen = this.#activity
          quiet = 0
        } else if (++quiet >= this.#quietTurns) return resolve()
        setImmediate(look)
      }
      look()
    })
  }

  #stalled(waiters: readonly string[]): ClockStalledError {
    const brackets = [...this.#brackets.values()].map(
      (bracket) => `under way: ${bracket.what}, since ${new Date(bracket.sinceMs).toISOString()} (virtual)`,
    )
    const lines = [...brackets, ...this.#locks.describe(), ...waiters]
    const list = lines.length > 0 ? lines : ['nothing that the clock knows of: the run waits past it']
    return new ClockStalledError(
      `Virtual time cannot move: for ${this.#stallLimitMs / 1_000} s of real time nothing has happened.\n  ${list.join('\n  ')}`,
    )
  }

  #lockedForEver(): ClockStalledError {
    const list = this.#locks.describe().join('\n  ')
    return new ClockStalledError(
      `A lock is not released within ${this.#lockWaitLimitMs} ms of virtual time.\n  ${list}`,
    )
  }

  #untilRetry(queued: { what: string; sinceMs: number; wait: LockWait | undefined }): Promise<void> {
    return new Promise((wake, fail) => {
      if (this.#stopped) return fail(this.#stopped)
      this.#locks.add({ ...queued, wake, fail })
      this.#activity++
    })
  }

  /** Sends all that wait for locks again, at the present time, one after the other. */
  #retryAll(): void {
    for (const { wake, fail } of this.#locks.takeAll()) this.#enqueue({ at: this.#now, wake, fail })
  }
}
