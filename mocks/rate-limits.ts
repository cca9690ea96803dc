import { createTokenBucket, type TokenBucket } from './token-bucket.ts'

/** Limits of an organization for one model class; a limit that is absent does not exist. */
export interface RateLimits {
  readonly requestsPerMinute?: number
  readonly inputTokensPerMinute?: number
  readonly outputTokensPerMinute?: number
  /** Input and output together, as the API counted before it had separate buckets. */
  readonly tokensPerMinute?: number
  /** More requests than this under way at once, over all models, are answered with 429. */
  readonly concurrentRequests?: number
}

/** Named as in the headers. */
export type BucketName = 'requests' | 'tokens' | 'input-tokens' | 'output-tokens'
export type RateLimitName = BucketName | 'concurrency'

export interface Refusal {
  readonly limit: RateLimitName
  /** Whole seconds, at least 1. */
  readonly retryAfterSeconds: number
  readonly message: string
}

/** A request that is under way. */
export interface Admission {
  /** The answer is complete: its output tokens are charged. */
  finish(outputTokens: number, nowMs: number): void
  /** The client went away: nothing more is charged. */
  abandon(): void
}

export interface RateLimiter {
  /** Why a request would be refused now; undefined when it would not. Charges nothing. */
  refusal(inputTokens: number, nowMs: number): Refusal | undefined
  /** Charges one request and its input tokens. */
  admit(inputTokens: number, nowMs: number): Admission
  headers(nowMs: number): Record<string, string>
}

/** How many requests are under way, over all model classes. */
export interface Concurrency {
  underWay: number
}

export function createRateLimiter(limits: RateLimits, concurrency: Concurrency, nowMs: number): RateLimiter {
  const bucket = (perMinute: number | undefined) =>
    perMinute === undefined ? undefined : createTokenBucket(perMinute, nowMs)
  const buckets: Record<BucketName, TokenBucket | undefined> = {
    requests: bucket(limits.requestsPerMinute),
    tokens: bucket(limits.tokensPerMinute),
    'input-tokens': bucket(limits.inputTokensPerMinute),
    'output-tokens': bucket(limits.outputTokensPerMinute),
  }
  return {
    refusal(inputTokens, now) {
      if (limits.concurrentRequests !== undefined && concurrency.underWay >= limits.concurrentRequests) {
        return concurrencyRefusal(limits.concurrentRequests)
      }
      return bucketRefusal(buckets, inputTokens, now)
    },
    admit(inputTokens, now) {
      concurrency.underWay += 1
      buckets.requests?.take(1, now)
      buckets['input-tokens']?.take(inputTokens, now)
      buckets.tokens?.take(inputTokens, now)
      return {
        finish(outputTokens, end) {
          concurrency.underWay -= 1
          buckets['output-tokens']?.take(outputTokens, end)
          buckets.tokens?.take(outputTokens, end)
        },
        abandon() {
          concurrency.underWay -= 1
        },
      }
    },
    headers: (now) => rateLimitHeaders(buckets, now),
  }
}

function concurrencyRefusal(limit: number): Refusal {
  return {
    limit: 'concurrency',
    retryAfterSeconds: 1,
    message:
      `Number of concurrent requests has exceeded your rate limit of ${limit}. ` +
      'Please try again later or reduce the number of requests that you send at once.',
  }
}

function bucketRefusal(
  buckets: Record<BucketName, TokenBucket | undefined>,
  inputTokens: number,
  now: number,
): Refusal | undefined {
  // Output tokens are counted as they are generated: what is asked at arrival is that some are left.
  const need: Record<BucketName, number> = {
    requests: 1,
    tokens: inputTokens,
    'input-tokens': inputTokens,
    'output-tokens': 0,
  }
  let longest: { limit: BucketName; perMinute: number; waitMs: number } | undefined
  for (const [limit, bucket] of Object.entries(buckets) as [BucketName, TokenBucket | undefined][]) {
    if (bucket === undefined) continue
    const empty = limit === 'output-tokens' && bucket.level(now) <= 0
    const waitMs = bucket.waitMs(empty ? 1 : need[limit], now)
    if (waitMs > (longest?.waitMs ?? 0)) longest = { limit, perMinute: bucket.perMinute, waitMs }
  }
  if (longest === undefined) return undefined
  const unit = longest.limit.replace('-', ' ')
  return {
    limit: longest.limit,
    retryAfterSeconds: Math.max(1, Math.ceil(longest.waitMs / 1_000 - 1e-9)),
    message:
      `This request would exceed your organization's rate limit of ` +
      `${longest.perMinute.toLocaleString('en-US')} ${unit} per minute. You can see the response headers ` +
      'for current usage. Please reduce the prompt length or the maximum tokens requested, or try again later.',
  }
}

function rateLimitHeaders(
  buckets: Record<BucketName, TokenBucket | undefined>,
  now: number,
): Record<string, string> {
  const headers: Record<string, string> = {}
  const write = (name: BucketName, bucket: TokenBucket) => {
    const level = Math.max(0, bucket.level(now))
    const remaining = name === 'requests' ? Math.floor(level + 1e-6) : Math.round(level / 1_000) * 1_000
    headers[`anthropic-ratelimit-${name}-limit`] = String(bucket.perMinute)
    headers[`anthropic-ratelimit-${name}-remaining`] = String(remaining)
    headers[`anthropic-ratelimit-${name}-reset`] = rfc3339(now + bucket.waitMs(bucket.perMinute, now))
  }
  if (buckets.requests) write('requests', buckets.requests)
  if (buckets['input-tokens']) write('input-tokens', buckets['input-tokens'])
  if (buckets['output-tokens']) write('output-tokens', buckets['output-tokens'])
  const mostRestrictive = [buckets.tokens, buckets['input-tokens'], buckets['output-tokens']]
    .filter((bucket) => bucket !== undefined)
    .sort((a, b) => a.level(now) - b.level(now) || a.perMinute - b.perMinute)[0]
  if (mostRestrictive) write('tokens', mostRestrictive)
  return headers
}

/** Whole seconds, as the API writes them; rounded up, so that the time is never too early. */
function rfc3339(ms: number): string {
  return new Date(Math.ceil(ms / 1_000) * 1_000).toISOString().replace('.000Z', 'Z')
}
