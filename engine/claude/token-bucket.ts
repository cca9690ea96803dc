/**
 * A token bucket with continuous refill, kept on this side of the wire: what the API's own bucket is
 * believed to hold. A plain value; the functions give a new one.
 */
export interface MirroredBucket {
  /** Capacity, and what is refilled in a minute. */
  readonly perMinute: number
  /** What it held at `at`; below 0 where it is overdrawn. */
  readonly level: number
  /** ms since the epoch. */
  readonly at: number
}

/** What it holds at `now`; a time before the bucket's own counts as the bucket's own. */
export function levelAt({ perMinute, level, at }: MirroredBucket, now: number): number {
  return Math.min(perMinute, level + (Math.max(0, now - at) * perMinute) / 60_000)
}

/** Takes (or with a negative amount gives back). The level may go below 0, never above the capacity. */
export function take(bucket: MirroredBucket, amount: number, now: number): MirroredBucket {
  const { perMinute, at } = bucket
  return { perMinute, level: Math.min(perMinute, levelAt(bucket, now) - amount), at: Math.max(at, now) }
}

/** ms until `amount` is there; 0 where it is. More than the capacity counts as the capacity. */
export function waitMs(bucket: MirroredBucket, amount: number, now: number): number {
  const missing = Math.min(amount, bucket.perMinute) - levelAt(bucket, now)
  return missing <= 0 ? 0 : Math.ceil((missing * 60_000) / bucket.perMinute)
}
