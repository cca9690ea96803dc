import { setMaxListeners } from 'node:events'
import type { BenchClock, LockableStatement, StatementTiming } from './clock.ts'

/** What a timer of Node's may be late by on an idle machine, ms. */
const TIMER_ERROR_MS = 2

/** A timer of Node's takes no more, ms; a longer one fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The wall clock: sleeps really sleep, and brackets are no more than a call. */
export class RealClock implements BenchClock {
  readonly kind = 'real'
  readonly #stopped = new AbortController()

  constructor() {
    // Each sleep listens to it.
    setMaxListeners(0, this.#stopped.signal)
  }

  get stopped(): AbortSignal {
    return this.#stopped.signal
  }

  /** Monotonic, so that a correction of the system's time during a run does not enter a figure. */
  now(): number {
    return performance.timeOrigin + performance.now()
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const stop = signal ? AbortSignal.any([signal, this.#stopped.signal]) : this.#stopped.signal
    const until = performance.now() + ms
    setMaxListeners(0, stop)
    return new Promise((resolve, reject) => {
      if (stop.aborted) return reject(stop.reason)
      let timer: NodeJS.Timeout | undefined
      const onAbort = () => {
        clearTimeout(timer)
        reject(stop.reason)
      }
      const look = () => {
        if (stop.aborted) return
        const leftMs = until - performance.now()
        // A timer may also come early, by less than 1 ms: that is no reason for another.
        if (leftMs > TIMER_ERROR_MS + 1) return setTimer(leftMs)
        if (leftMs > 0) return void setImmediate(look)
        stop.removeEventListener('abort', onAbort)
        resolve()
      }
      // Node's timers round up and come late, by more than a millisecond together: each of thousands of
      // sleeps would be that much too long. The last of it is therefore spent turning the event loop.
      const setTimer = (leftMs: number) => {
        timer = setTimeout(look, Math.min(Math.max(0, leftMs - TIMER_ERROR_MS), LONGEST_TIMER_MS))
      }
      setTimer(ms)
      stop.addEventListener('abort', onAbort, { once: true })
    })
  }

  io<T>(_what: string, work: () => Promise<T>): Promise<T> {
    return work()
  }

  sleepInsideIo(ms: number, signal?: AbortSignal): Promise<void> {
    return this.sleep(ms, signal)
  }

  async statement<T>(statement: LockableStatement<T>): Promise<StatementTiming<T>> {
    try {
      return { ok: true, value: await statement.send(), lockWaitMs: 0 }
    } catch (error) {
      return { ok: false, error, lockWaitMs: 0 }
    }
  }

  drive<T>(work: () => Promise<T>): Promise<T> {
    return work()
  }

  stop(reason: Error): void {
    this.#stopped.abort(reason)
  }
}
