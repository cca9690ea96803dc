import type { ApiError } from '../errors.ts'
import type { TokenBucket } from '../token-bucket.ts'

/** Named as in the headers. */
export type BucketName = 'requests' | 'tokens' | 'input-tokens' | 'output-tokens'
export type RateLimitName = BucketName | 'concurrency' | 'burst' | 'ramp' | 'spend'

export interface Refusal {
  readonly limit: RateLimitName
  /** Whole seconds, at least 1; undefined when no wait helps. */
  readonly retryAfterSeconds: number | undefined
  readonly message: string
  readonly errorCode?: string
}

/** The body and the `retry-after` header of a refusal. */
export function refusalError(refusal: Refusal): { error: ApiError; headers: Record<string, string> } {
  const { message, errorCode, retryAfterSeconds } = refusal
  return {
    error: { type: 'rate_limit_error', message, ...(errorCode === undefined ? {} : { errorCode }) },
    headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
  }
}

export function concurrencyRefusal(limit: number): Refusal {
  return {
    limit: 'concurrency',
    retryAfterSeconds: 1,
    message:
      `Number of concurrent requests has exceeded your rate limit of ${limit}. ` +
      'Please try again later or reduce the number of requests that you send at once.',
  }
}

/** The code is the API's; the wording is not known and made up. */
export function rampRefusal(waitSeconds: number): Refusal {
  return {
    limit: 'ramp',
    retryAfterSeconds: Math.max(1, waitSeconds),
    errorCode: 'ramp_limit_exceeded',
    message:
      "Your organization's usage is growing faster than its acceleration limit allows. " +
      'Please increase your traffic gradually, or try again later.',
  }
}

/** The code is the API's; the wording is not known and made up. No wait helps before the window ends. */
export function spendRefusal(windowEndMs: number): Refusal {
  return {
    limit: 'spend',
    retryAfterSeconds: undefined,
    errorCode: 'enforced_spend_limit_reached',
    message:
      'Your organization has reached its spend limit. ' +
      `You will regain access on ${new Date(windowEndMs).toISOString().slice(0, 16).replace('T', ' at ')} UTC.`,
  }
}

/**
 * What the bucket with the longest wait says; undefined when none asks for a wait. A request that is larger
 * than a bucket ever holds has no retry-after: no wait would help.
 */
export function bucketRefusal(
  buckets: Record<BucketName, TokenBucket | undefined>,
  burst: TokenBucket | undefined,
  inputTokens: number,
  now: number,
): Refusal | undefined {
  // How many will be generated is not known at arrival: what is asked is that some are left.
  const outputNeed = (buckets['output-tokens']?.level(now) ?? 1) <= 0 ? 1 : 0
  const asked: readonly (readonly [BucketName | 'burst', TokenBucket | undefined, number])[] = [
    ['requests', buckets.requests, 1],
    ['tokens', buckets.tokens, inputTokens],
    ['input-tokens', buckets['input-tokens'], inputTokens],
    ['output-tokens', buckets['output-tokens'], outputNeed],
    ['burst', burst, 1],
  ]
  let longest: { limit: BucketName | 'burst'; perMinute: number; waitMs: number } | undefined
  for (const [limit, bucket, need] of asked) {
    if (bucket === undefined) continue
    const waitMs = bucket.waitMs(need, now)
    if (waitMs > (longest?.waitMs ?? 0)) longest = { limit, perMinute: bucket.perMinute, waitMs }
  }
  if (longest === undefined) return undefined
  const isForEver = longest.waitMs === Number.POSITIVE_INFINITY
  const unit = longest.limit === 'burst' ? 'requests' : longest.limit.replace('-', ' ')
  return {
    limit: longest.limit,
    retryAfterSeconds: isForEver ? undefined : Math.max(1, Math.ceil(longest.waitMs / 1_000 - 1e-9)),
    message:
      `This request would exceed your organization's rate limit of ` +
      `${longest.perMinute.toLocaleString('en-US')} ${unit} per minute. You can see the response headers ` +
      'for current usage. Please reduce the prompt length or the maximum tokens requested' +
      (isForEver ? '.' : ', or try again later.'),
  }
}
