import type { Clock } from './ports.ts'

/** When every scaled clock and the wall clock agree. In the past, so that scaled time only runs ahead. */
const SAME_TIME_MS = Date.UTC(2026, 10, 1)

/** At 1,000 a clock passes the year 9999, which not everything can write, in 2034. */
export const MOST_TIME_SCALE = 1_000

/**
 * A clock that runs `timeScale` times as fast as another: what it times takes that much less of the
 * other's time, and need not know. It follows from the other's time alone, so processes that scale the
 * same wall clock by the same factor agree, as leases need; what their clocks differ by is scaled too.
 *
 * A timer of Node's is late by up to about a millisecond: `timeScale` ms of this clock.
 * @param timeScale 1 gives the clock itself.
 */
export function scaleClock(clock: Clock, timeScale: number): Clock {
  if (timeScale === 1) return clock
  return {
    now: () => SAME_TIME_MS + (clock.now() - SAME_TIME_MS) * timeScale,
    sleep: (ms, signal) => clock.sleep(ms / timeScale, signal),
  }
}
