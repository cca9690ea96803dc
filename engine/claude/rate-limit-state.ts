import type { MirroredBucket } from './token-bucket.ts'

/** The API's buckets, by the names that its headers use. */
export const BUCKETS = ['requests', 'tokens', 'input-tokens', 'output-tokens'] as const
export type BucketName = (typeof BUCKETS)[number]

/** What one attempt is expected to cost, and in the end did cost, in tokens. */
export interface Cost {
  readonly inputTokens: number
  readonly outputTokens: number
}

/** Leave to send one request. */
export interface Permit {
  readonly id: string
  readonly expected: Cost
  /** What was taken for it, from the buckets that were known when it was given. */
  readonly taken: { readonly [Name in BucketName]?: number }
  /** ms since the epoch. */
  readonly grantedAt: number
  /** It lapses then, ms since the epoch: whoever held it is taken for dead. */
  readonly expiresAt: number
}

/** The caller of a process that is next to get a permit, and waits for it. */
export interface Waiting {
  readonly process: string
  readonly expected: Cost
  /** Its place lapses then, ms since the epoch. */
  readonly expiresAt: number
}

/**
 * All that is known of the limits of one key: a plain value that survives JSON, so that it can be kept
 * in memory or in a row that processes share. Waiting is not part of it; see RateGovernor.
 */
export interface RateLimitState {
  /** The latest time that it has seen, ms since the epoch: processes' clocks differ, and it never goes back. */
  readonly at: number
  readonly buckets: { readonly [Name in BucketName]?: MirroredBucket }
  /** Nobody sends before, ms since the epoch. */
  readonly pausedUntil: number
  /** How many requests may be under way; its whole part counts. */
  readonly window: number
  /** When the window was last halved, ms since the epoch; 0: never. */
  readonly halvedAt: number
  /** Those under way, oldest first. */
  readonly permits: readonly Permit[]
  /** One place for each process, first come first. */
  readonly line: readonly Waiting[]
}

/** A change of the state, and what it found out. */
export interface Change<T> {
  /** The same object where nothing has to be kept. */
  readonly state: RateLimitState
  readonly result: T
}

/** Nothing is known yet. @param window How many requests may be under way to start with. */
export function unknownLimits(window: number): RateLimitState {
  return { at: 0, buckets: {}, pausedUntil: 0, window, halvedAt: 0, permits: [], line: [] }
}

/** The state at `now`, or at its own time where that is later, without what has lapsed. */
export function advance(state: RateLimitState, now: number): RateLimitState {
  const at = Math.max(state.at, now)
  const alive = ({ expiresAt }: { expiresAt: number }) => expiresAt > at
  return { ...state, at, permits: state.permits.filter(alive), line: state.line.filter(alive) }
}

/** The buckets that are known, with their names. */
export function knownBuckets(state: RateLimitState): [BucketName, MirroredBucket][] {
  return BUCKETS.flatMap((name) => {
    const bucket = state.buckets[name]
    return bucket ? [[name, bucket] as [BucketName, MirroredBucket]] : []
  })
}

/** What the API takes from a bucket when a request arrives. */
export function takenAtStart(name: BucketName, { inputTokens }: Cost): number {
  switch (name) {
    case 'requests':
      return 1
    case 'tokens':
    case 'input-tokens':
      return inputTokens
    case 'output-tokens':
      return 0
  }
}

/** What it takes as the answer is generated: that may overdraw the bucket. */
export function takenByAnswer(name: BucketName, { outputTokens }: Cost): number {
  return name === 'tokens' || name === 'output-tokens' ? outputTokens : 0
}
