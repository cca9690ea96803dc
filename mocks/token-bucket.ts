/** A token bucket with continuous refill. It starts full; its level may go below 0. */
export interface TokenBucket {
  /** What a minute refills. */
  readonly perMinute: number
  /** The level at which it is full. */
  readonly capacity: number
  level(nowMs: number): number
  take(amount: number, nowMs: number): void
  /** Time until the level reaches `need`, ms; 0 when it has, Infinity when it never will. */
  waitMs(need: number, nowMs: number): number
}

/** Levels are sums of fractions: without it a client that waits exactly as told could be 1e-12 short. */
const ROUNDING = 1e-6

export function createTokenBucket(perMinute: number, nowMs: number, capacity = perMinute): TokenBucket {
  const perMs = perMinute / 60_000
  let levelThen = capacity
  let then = nowMs
  // A time that was read before the last change sees that change.
  // The level follows from the elapsed time: no timer, so it is exact on any clock.
  const level = (now: number) => Math.min(capacity, levelThen + Math.max(0, now - then) * perMs)
  return {
    perMinute,
    capacity,
    level,
    take(amount, now) {
      levelThen = level(now) - amount
      then = now
    },
    waitMs(need, now) {
      if (need > capacity + ROUNDING) return Number.POSITIVE_INFINITY
      const deficit = need - level(now)
      return deficit <= ROUNDING ? 0 : deficit / perMs
    },
  }
}
