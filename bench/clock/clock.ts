/** The clocks of the bench: one port, a virtual and a real implementation. */

/** A connection that waits for a lock, as the database says it. */
export interface LockWait {
  /** Backend that waits. */
  readonly pid: number
  /** Backends that hold what it waits for, or stand before it in the queue. */
  readonly blockers: readonly number[]
}

/** A database statement that may meet a lock. */
export interface LockableStatement<T> {
  /** Verb and table: named when time stands still. */
  readonly what: string
  /** Whether it is part of a transaction, which keeps its connection and its locks. */
  readonly inTransaction: boolean
  /** Whether its success can free locks: COMMIT, ROLLBACK, and a write outside a transaction. */
  readonly releasesLocks: boolean
  /** Sends it to the database. */
  send(): Promise<T>
  /**
   * The run's connection that waits for a lock, if there is one.
   * @throws Error where the lock is held by a connection that is not the run's: it may never come free
   */
  readLockWait(): Promise<LockWait | undefined>
  /** Ends the statement that waits (it rejects), and puts its transaction back to where it was before it. */
  withdraw(wait: LockWait, outcome: Promise<unknown>): Promise<void>
  /** Has the database raise `deadlock detected` (40P01) in the statement's transaction: rejects with it. */
  raiseDeadlock(): Promise<never>
}

/** What a statement went through, as the clock saw it: also one that failed may have waited. */
export type StatementTiming<T> = {
  /** Time spent waiting for a lock, ms of this clock. 0 in real time: it cannot be told apart there. */
  readonly lockWaitMs: number
} & ({ readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown })

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
   * clock: then it waits on the clock, and time moves on.
   */
  statement<T>(statement: LockableStatement<T>): Promise<StatementTiming<T>>
  /**
   * Runs the work of one run under this clock.
   * @param waiters Who waits for something that is not on the clock, a line each: named when the run
   * comes to a standstill.
   * @throws ClockStalledError in virtual time, where time cannot move although the work has not ended;
   * ClockBypassedError where the work waits or does I/O past the clock.
   */
  drive<T>(work: () => Promise<T>, waiters?: () => readonly string[]): Promise<T>
  /** Aborts when the clock is stopped: for what waits beside the clock. */
  readonly stopped: AbortSignal
  /** Rejects everything that waits, now and from now on, with `reason`. */
  stop(reason: Error): void
}
