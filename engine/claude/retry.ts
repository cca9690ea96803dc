import { AnthropicError, APIConnectionError, APIError } from '@anthropic-ai/sdk'

/** What an attempt that failed means for the next one. */
export interface Failure {
  /** HTTP status; 0 where no usable answer came. */
  readonly status: number
  readonly retryable: boolean
  /** Rejected for the rate limit: nothing is wrong with the request. */
  readonly rateLimited: boolean
  /** The API has too much to do (529): nothing is wrong with the request, and no limit was reached. */
  readonly overloaded: boolean
  /** What the server asked for, ms; undefined where it said nothing. */
  readonly retryAfterMs: number | undefined
  readonly message: string
}

const NOT_REFUSED = { rateLimited: false, overloaded: false, retryAfterMs: undefined } as const

/** Statuses that a later attempt can cure. 409 and 408 as the SDK's own retries count them. */
function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 409 || status === 429 || status >= 500
}

/**
 * Reads an error of the SDK. Retries are the engine's alone (the SDK's `maxRetries` is 0), so what
 * must not be retried is told apart here: other 4xx, and a spend cap that has been reached.
 * @param now ms since the epoch: a Retry-After may be a date.
 */
export function classify(error: unknown, now: number): Failure {
  if (error instanceof APIConnectionError || !(error instanceof APIError)) {
    // No answer, or one that broke off, or a body that is not what was asked for.
    const retryable = error instanceof AnthropicError || error instanceof SyntaxError
    return { status: 0, retryable, ...NOT_REFUSED, message: messageOf(error) }
  }
  const status = error.status ?? 0
  const spendCap = error.errorCode === 'enforced_spend_limit_reached'
  return {
    status,
    retryable: isRetryableStatus(status) && !spendCap,
    rateLimited: status === 429 && !spendCap,
    overloaded: status === 529,
    retryAfterMs: retryAfterMs(error.headers, now),
    message: error.apiMessage ?? error.message,
  }
}

/** A whole answer that cannot be used. */
export function unusable({ state, error }: { state: 'unusable' | 'refused'; error: Error }): Failure {
  const retryable = state === 'unusable'
  return { status: 0, retryable, ...NOT_REFUSED, message: error.message }
}

/** `retry-after-ms` wins over `retry-after`, as in the SDK: seconds, or the date of a proxy. */
function retryAfterMs(headers: Headers | undefined, now: number): number | undefined {
  const [inMs, text] = [headers?.get('retry-after-ms'), headers?.get('retry-after')]
  const candidates = [
    inMs ? Number(inMs) : Number.NaN,
    text ? Number(text) * 1_000 : Number.NaN,
    text ? Date.parse(text) - now : Number.NaN,
  ]
  const found = candidates.find(Number.isFinite)
  return found === undefined ? undefined : Math.max(0, found)
}

const BACKOFF_BASE_MS = 1_000
const BACKOFF_CAP_MS = 30_000

/**
 * Exponential backoff with full jitter: random between 0 and min(cap, base · 2^retry); never shorter
 * than what the server asked for.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @param retry 0 for the first retry.
 * @param draw A number in [0, 1).
 * @returns ms
 */
export function backoffMs(retry: number, retryAfter: number | undefined, draw: number): number {
  const ceiling = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** retry)
  return Math.round(Math.max(retryAfter ?? 0, draw * ceiling))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
