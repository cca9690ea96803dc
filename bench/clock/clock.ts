/** The clocks of the bench: one port, a virtual and a real implementation. */

/** Asks the database how many of the run's connections wait for a lock. */
export type CountLockWaiters = () => Promise<number>

/** What a statement went through, as the clock saw it. */
export interface StatementTiming<T> {
  readonly value: T
  /** Time spent waiting for a lock, ms of this clock. 0 in real time: it cannot be told apart there. */
  readonly lockWaitMs: number
}

export interface BenchClock {
  readonly kind: 'virtual' | 'real'
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Resolves after `ms` of this clock; rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /**
   * Brackets real work (a request, a file): virtual time stands still while it is under way, so the
   * speed of this machine never enters a figure.
   * @param what Named in the message when the work never ends.
   */
  io<T>(what: string, work: () => Promise<T>): Promise<T>
  /** A pause inside a bracket: virtual time may move although the bracket is open. */
  sleepInsideIo(ms: number, signal?: AbortSignal): Promise<void>
  /**
   * Like `io`, for a database statement that may come to wait for a lock whose holder sleeps on this
   * clock: then the statement counts as blocked, not as busy, and time moves on.
   */
  statement<T>(
    what: string,
    work: () => Promise<T>,
    countLockWaiters: CountLockWaiters,
  ): Promise<StatementTiming<T>>
  /** Rejects everything that waits, now and from now on, with `reason`. */
  stop(reason: Error): void
}
