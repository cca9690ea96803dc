/** What the engine needs from outside, and nothing more. */

/**
 * Time. Everything in the engine that waits, and every timestamp that it writes, comes from here, so
 * that a run can be carried by a virtual clock.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /**
   * Resolves after `ms` milliseconds of this clock; rejects with the signal's reason when it aborts.
   * @param ms 0 or more.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Seeded randomness: the same `about` gives the same number, whatever was drawn before. */
export interface Random {
  /** A number in [0, 1). `about` says what it is for, for example `backoff:upload-3:2`. */
  draw(about: string): number
}
