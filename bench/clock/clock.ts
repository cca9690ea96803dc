/** The clocks of the bench: one port, a virtual and a real implementation. */

/** What the database says of the run's connections that wait for a lock. */
export interface LockWaiters {
  /** Connections that wait, and will until another of the run's connections goes on. */
  readonly waiting: number
  /** Some wait for each other in a circle: the database is about to end one of them (40P01). */
  readonly deadlock: boolean
}

/** Asks the database. */
export type ReadLockWaiters = () => Promise<LockWaiters>

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
    readLockWaiters: ReadLockWaiters,
  ): Promise<StatementTiming<T>>
  /**
   * Runs the work of one run under this clock.
   * @param waiters Who waits for something that is not on the clock, a line each: named when the run
   * comes to a standstill.
   * @throws ClockStalledError in virtual time, where time cannot move although the work has not ended;
   * ClockBypassedError where the work waits or does I/O past the clock.
   */
  drive<T>(work: () => Promise<T>, waiters?: () => readonly string[]): Promise<T>
  /** Rejects everything that waits, now and from now on, with `reason`. */
  stop(reason: Error): void
}
