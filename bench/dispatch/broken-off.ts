/** An invocation that ended with an error. */
export interface BrokenOff {
  readonly runId: string
  /** Until the run is gone on with, ms; not there where it is left. */
  readonly againInMs?: number
}

/** After an invocation that broke off, ms: doubled with each that follows, up to the longest. */
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000

/** @param before How many have broken off before it, one after the other. @returns ms */
export function pauseAfterMs(before: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** before, LONGEST_PAUSE_MS)
}
