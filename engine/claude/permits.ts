import {
  advance,
  type BucketName,
  type Change,
  type Cost,
  knownBuckets,
  type Permit,
  type RateLimitState,
  takenAtStart,
} from './rate-limit-state.ts'
import { take, waitMs } from './token-bucket.ts'

/** Room for the forecast of a request's input to be wrong. */
const INPUT_MARGIN = 1.05
/**
 * A permit that nobody gave back lapses after this long, ms: its process is dead. The longest answer that
 * the prompts allow, 8,192 tokens, is there by then at 50 a second; a request that outlives its permit
 * means one too many under way, no more.
 */
export const PERMIT_MS = 180_000
/** A place in the line outlives the wait that it was taken for by this long, ms, so that its owner can be late. */
export const LATE_MS = 5_000

/** What a caller that asks for a permit is told. */
export type Reply =
  | { readonly state: 'granted'; readonly permit: Permit }
  /** Ask again after `ms`. */
  | { readonly state: 'wait'; readonly ms: number }
  /** As many are under way as may be: ask again when one has ended, but not before `ms` are over. */
  | { readonly state: 'full'; readonly ms: number }

export interface PermitRequest {
  readonly id: string
  readonly process: string
  readonly expected: Cost
}

/**
 * Asks for a permit. Whoever has to wait gets a place in the line, and those behind leave room for what
 * it needs: else a large request would never go while small ones of other processes come and go.
 */
export function requestPermit(state: RateLimitState, request: PermitRequest, now: number): Change<Reply> {
  const current = advance(state, now)
  const place = current.line.findIndex(({ process }) => process === request.process)
  const ahead = place < 0 ? current.line : current.line.slice(0, place)
  const waits = knownBuckets(current).map(([name, bucket]) => {
    const room = ahead.reduce((sum, { expected }) => sum + needed(name, expected), 0)
    // A request is let in while something is left, and its input has to fit.
    return waitMs(bucket, room + Math.max(1, needed(name, request.expected)), current.at)
  })
  const ms = Math.max(0, current.pausedUntil - current.at, ...waits)
  const full = current.permits.length + ahead.length >= Math.floor(current.window)
  if (full || ms > 0) {
    return { state: withPlace(state, current, request, ms), result: { state: full ? 'full' : 'wait', ms } }
  }
  const permit = permitFor(request, current)
  const buckets = knownBuckets(current).map(([name, bucket]) => {
    return [name, take(bucket, permit.taken[name] ?? 0, current.at)]
  })
  return {
    state: {
      ...leaveLine(current, request.process),
      buckets: Object.fromEntries(buckets),
      permits: [...current.permits, permit],
    },
    result: { state: 'granted', permit },
  }
}

/** Gives up a process's place in the line. */
export function leaveLine(state: RateLimitState, process: string): RateLimitState {
  return { ...state, line: state.line.filter((waiting) => waiting.process !== process) }
}

/**
 * Why a request can never be let through: it asks for more input than a bucket holds when it is full.
 * @returns undefined where it can, or where the limits are not known yet
 */
export function impossible(state: RateLimitState, { inputTokens }: Cost): string | undefined {
  for (const [name, { perMinute }] of knownBuckets(state)) {
    if (name !== 'requests' && name !== 'output-tokens' && inputTokens > perMinute) {
      return `it asks for about ${inputTokens} input tokens, and the limit of ${perMinute} ${name} a minute never holds that many`
    }
  }
  return undefined
}

function needed(name: BucketName, expected: Cost): number {
  return takenAtStart(name, expected) * (name === 'requests' ? 1 : INPUT_MARGIN)
}

function permitFor({ id, expected }: PermitRequest, state: RateLimitState): Permit {
  const taken = knownBuckets(state).map(([name]) => [name, takenAtStart(name, expected)])
  return {
    id,
    expected,
    taken: Object.fromEntries(taken),
    grantedAt: state.at,
    expiresAt: state.at + PERMIT_MS,
  }
}

/** The line with a place for this process; the state as it was where the place that it has will do. */
function withPlace(
  before: RateLimitState,
  current: RateLimitState,
  { process, expected }: PermitRequest,
  ms: number,
): RateLimitState {
  const held = current.line.find((waiting) => waiting.process === process)
  const same =
    held?.expected.inputTokens === expected.inputTokens &&
    held.expected.outputTokens === expected.outputTokens
  if (same && held.expiresAt >= current.at + ms + LATE_MS / 2) return before
  const place = { process, expected, expiresAt: current.at + ms + LATE_MS }
  return {
    ...current,
    line: held
      ? current.line.map((waiting) => (waiting === held ? place : waiting))
      : [...current.line, place],
  }
}
