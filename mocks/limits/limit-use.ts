import type { TokenBucket } from '../token-bucket.ts'

/** How much of one limit was used. */
export interface LimitUse {
  /** Which model class, undefined for a limit over all. */
  readonly modelClass?: string
  readonly limit: string
  /** What the limit is: per minute, or at once for `concurrency`. */
  readonly allowed: number
  readonly used: number
  /** What there was: the full bucket at the start and the refill since; for `concurrency` the limit. */
  readonly available: number
  /** used / available; for `concurrency` the peak over the limit. */
  readonly share: number
  /** The largest share of a minute; above 1 when output put the bucket into debt. */
  readonly peakMinuteShare: number
  /** Oldest first, only minutes in which something was used, at most MINUTES_KEPT of them. */
  readonly minutes: readonly MinuteUse[]
}

export interface MinuteUse {
  /** Minutes since the first use of the limit's model class, from 0. */
  readonly minute: number
  readonly used: number
  /** Of what was left from before and what the minute refilled. */
  readonly share: number
}

/** A day of minutes: the memory is bounded, while sums and the peak stay exact. */
export const MINUTES_KEPT = 1_440

/** A bucket that also writes down what is taken from it, by the minute. */
export interface MeteredBucket extends TokenBucket {
  use(nowMs: number): Omit<LimitUse, 'modelClass' | 'limit'>
}

export function meterBucket(bucket: TokenBucket, startMs: number): MeteredBucket {
  const minutes: { minute: number; used: number; available: number }[] = []
  let used = 0
  let peakMinuteShare = 0
  return {
    ...bucket,
    take(amount, now) {
      const minute = Math.floor((now - startMs) / 60_000)
      let current = minutes.at(-1)
      if (current?.minute !== minute) {
        // Nothing was taken in this minute yet, so the level at its start can still be told.
        const left = Math.max(0, bucket.level(startMs + minute * 60_000))
        current = { minute, used: 0, available: left + bucket.perMinute }
        minutes.push(current)
        if (minutes.length > MINUTES_KEPT) minutes.shift()
      }
      current.used += amount
      used += amount
      peakMinuteShare = Math.max(peakMinuteShare, current.used / current.available)
      bucket.take(amount, now)
    },
    use(now) {
      const available = bucket.perMinute * (1 + (now - startMs) / 60_000)
      return {
        allowed: bucket.perMinute,
        used,
        available,
        share: used / available,
        peakMinuteShare,
        minutes: minutes.map((each) => ({
          minute: each.minute,
          used: each.used,
          share: each.used / each.available,
        })),
      }
    },
  }
}

/** The limit of concurrent requests has no bucket: what was used of it is its peak. */
export function concurrencyUse(limit: number | undefined, peak: number): LimitUse[] {
  if (limit === undefined) return []
  const share = peak / limit
  const figures = { allowed: limit, used: peak, available: limit, share, peakMinuteShare: share }
  return [{ limit: 'concurrency', ...figures, minutes: [] }]
}
