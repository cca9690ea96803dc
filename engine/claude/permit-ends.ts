import type { SeenLimit } from './rate-limit-headers.ts'
import {
  advance,
  type BucketName,
  type Cost,
  knownBuckets,
  type Permit,
  type RateLimitState,
  takenAtStart,
  takenByAnswer,
} from './rate-limit-state.ts'
import { levelAt, take } from './token-bucket.ts'

/** Token remainders in headers are rounded to 1,000: they can be this much off. */
const ROUNDING = 500

const NOTHING: Cost = { inputTokens: 0, outputTokens: 0 }

/** What the headers of an answer said, and when it came. */
export interface Seen {
  readonly limits: readonly SeenLimit[]
  /** ms since the epoch. */
  readonly at: number
}

/**
 * The request was answered: its reservation is corrected, and the window grows by one for each round of
 * successes, where it was the window that kept more from being under way.
 */
export function succeed(
  state: RateLimitState,
  permit: Permit,
  answer: { readonly actual: Cost; readonly seen: Seen; readonly maxWindow: number },
  now: number,
): RateLimitState {
  const current = advance(state, now)
  const wasFull = underWay(current, permit) >= Math.floor(current.window)
  const window = wasFull ? Math.min(answer.maxWindow, current.window + 1 / current.window) : current.window
  return mirror({ ...correct(current, permit, answer.actual), window }, answer.seen)
}

/**
 * The request was refused with 429: nobody sends for `pauseMs`, and half as many as were under way after it. Of
 * the requests that were under way then, each may come back so, for the same reason: they halve it no further,
 * as losses of one window of data do in TCP (RFC 5681, section 3.1, and RFC 6582).
 */
export function reject(
  state: RateLimitState,
  permit: Permit,
  refusal: { readonly pauseMs: number; readonly seen: Seen },
  now: number,
): RateLimitState {
  const current = advance(state, now)
  const halved = Math.max(1, Math.min(current.window, underWay(current, permit) / 2))
  const isNews = permit.grantedAt >= current.halvedAt
  return {
    ...mirror(correct(current, permit, NOTHING), refusal.seen),
    ...(isNews ? { window: halved, halvedAt: current.at } : {}),
    pausedUntil: Math.max(current.pausedUntil, current.at + refusal.pauseMs),
  }
}

/** The request failed for another reason: it may have been charged for its input, not for an answer. */
export function fail(state: RateLimitState, permit: Permit, now: number): RateLimitState {
  return correct(advance(state, now), permit, { ...permit.expected, outputTokens: 0 })
}

/** The request was never sent: what was taken for it is given back. */
export function giveBack(state: RateLimitState, permit: Permit, now: number): RateLimitState {
  const current = advance(state, now)
  const held = heldOf(current, permit)
  return takeEach(without(current, permit), (name) => -(held.taken[name] ?? 0))
}

/** Requests under way, that of a permit which has lapsed included. */
function underWay({ permits }: RateLimitState, { id }: Permit): number {
  return permits.some((held) => held.id === id) ? permits.length : permits.length + 1
}

/** The permit as the state holds it: what headers showed may have been put down to it. */
function heldOf({ permits }: RateLimitState, permit: Permit): Permit {
  return permits.find(({ id }) => id === permit.id) ?? permit
}

function without(state: RateLimitState, { id }: Permit): RateLimitState {
  return { ...state, permits: state.permits.filter((held) => held.id !== id) }
}

function takeEach(state: RateLimitState, amountOf: (name: BucketName) => number): RateLimitState {
  const buckets = knownBuckets(state).map(([name, bucket]) => [name, take(bucket, amountOf(name), state.at)])
  return { ...state, buckets: Object.fromEntries(buckets) }
}

function correct(state: RateLimitState, permit: Permit, actual: Cost): RateLimitState {
  const { taken } = heldOf(state, permit)
  return takeEach(without(state, permit), (name) => {
    const reserved = taken[name]
    // Of a bucket that became known later, the header has counted the input already.
    const correction = reserved === undefined ? 0 : takenAtStart(name, actual) - reserved
    return correction + takenByAnswer(name, actual)
  })
}

function mirror(state: RateLimitState, { limits, at }: Seen): RateLimitState {
  return limits.reduce((current, { name, perMinute, remaining }) => {
    const bucket = current.buckets[name]
    const seen = { perMinute, level: remaining, at }
    const now = current.at
    if (bucket?.perMinute !== perMinute) return withBucket(current, name, take(seen, 0, now))
    // Believe the smaller: requests under way may have been larger than forecast, or somebody else may
    // spend from the same key.
    const rounding = name === 'requests' ? 0 : ROUNDING
    const excess = levelAt(bucket, now) - (levelAt(seen, now) + rounding)
    if (excess <= 0) return current
    return putDownToRequestsUnderWay(withBucket(current, name, take(bucket, excess, now)), name, excess)
  }, state)
}

function withBucket(state: RateLimitState, name: BucketName, bucket: ReturnType<typeof take>) {
  return { ...state, buckets: { ...state.buckets, [name]: bucket } }
}

/** So that it is not taken a second time when their usage is known. */
function putDownToRequestsUnderWay(state: RateLimitState, name: BucketName, amount: number): RateLimitState {
  const count = state.permits.filter(({ taken }) => taken[name] !== undefined).length
  return {
    ...state,
    permits: state.permits.map((permit) => {
      const taken = permit.taken[name]
      if (taken === undefined) return permit
      return { ...permit, taken: { ...permit.taken, [name]: taken + amount / count } }
    }),
  }
}
