import { type AccelerationLimit, createAccelerationMeter } from './limits/acceleration.ts'
import { createLimitHeaders } from './limits/headers.ts'
import { type LimitUse, type MeteredBucket, meterBucket } from './limits/limit-use.ts'
import {
  type BucketName,
  bucketRefusal,
  concurrencyRefusal,
  type Refusal,
  rampRefusal,
  spendRefusal,
} from './limits/refusal.ts'
import type { SpendCap, SpendMeter } from './limits/spend-cap.ts'
import { createTokenBucket } from './token-bucket.ts'

export { type BucketName, type RateLimitName, type Refusal, refusalError } from './limits/refusal.ts'

/** Limits of an organization for one model class; a limit that is absent does not exist. */
export interface RateLimits {
  readonly requestsPerMinute?: number
  readonly inputTokensPerMinute?: number
  readonly outputTokensPerMinute?: number
  /** Input and output together, as the API counted before it had separate buckets. */
  readonly tokensPerMinute?: number
  /** More requests than this under way at once, over all models, are answered with 429. */
  readonly concurrentRequests?: number
  /**
   * Makes the limit of concurrent requests soft: of the requests above it the first is refused with
   * probability 1/(n + 1), the next with 2/(n + 1), and so on, until none above it by n is let in.
   * @default 0: refused from the first on
   */
  readonly concurrencySlack?: number
  /**
   * Also enforces the requests per minute over this time, ms: 60 a minute with 1000 is 1 a second, with
   * no more saved than that. A second bucket, with room for at least one request. @default none
   */
  readonly burstWindowMs?: number
  /** Refuses a sharp rise of the requests, by model class. @default none */
  readonly acceleration?: AccelerationLimit
  /** @default none */
  readonly spendCap?: SpendCap
}

/** How many of a request's input tokens the cache has to do with; the rest is neither read nor written. */
export interface CachedInput {
  /** Free: not among the input tokens that are charged. */
  readonly cacheRead: number
  /** Among the input tokens that are charged. */
  readonly cacheCreation: number
}

/** A request that is under way. */
export interface Admission {
  /** Requests under way over all models, this one included. */
  readonly underWay: number
  /** The answer is complete: its output tokens are charged. */
  finish(outputTokens: number, nowMs: number): void
  /** The client went away: nothing more is charged. */
  abandon(): void
}

export interface RateLimiter {
  /**
   * Why a request would be refused now; undefined when it would not. Charges nothing. `inputTokens` are
   * those without cache reads; `draw`, from 0 to 1, decides where the limit of concurrent requests is soft.
   */
  refusal(inputTokens: number, nowMs: number, draw?: number): Refusal | undefined
  /** Charges one request and its input tokens. */
  admit(inputTokens: number, nowMs: number, cached?: CachedInput): Admission
  headers(nowMs: number): Readonly<Record<string, string>>
  /** How much of each bucket was used so far. */
  use(nowMs: number): readonly LimitUse[]
  /** What is left in each bucket; may be negative. */
  levels(nowMs: number): readonly { readonly limit: string; readonly level: number }[]
}

/** How many requests are under way, over all model classes. */
export interface Concurrency {
  underWay: number
  /** The most there were at once. */
  peak?: number
}

const NOTHING_CACHED: CachedInput = { cacheRead: 0, cacheCreation: 0 }

export function createRateLimiter(
  limits: RateLimits,
  concurrency: Concurrency,
  nowMs: number,
  /** Shared by all model classes. */
  spend?: SpendMeter,
): RateLimiter {
  const bucket = (perMinute: number | undefined, least = 0) =>
    perMinute === undefined
      ? undefined
      : meterBucket(createTokenBucket(perMinute, nowMs, Math.max(least, perMinute)), nowMs)
  const buckets: Record<BucketName, MeteredBucket | undefined> = {
    // Less than one a minute is still one at a time.
    requests: bucket(limits.requestsPerMinute, 1),
    tokens: bucket(limits.tokensPerMinute),
    'input-tokens': bucket(limits.inputTokensPerMinute),
    'output-tokens': bucket(limits.outputTokensPerMinute),
  }
  const burst = burstBucket(limits, nowMs)
  const acceleration = limits.acceleration && createAccelerationMeter(limits.acceleration)
  return {
    refusal(inputTokens, now, draw = 0) {
      if (spend?.reached(now)) return spendRefusal(spend.windowEndMs(now))
      const { concurrentRequests: most, concurrencySlack: slack = 0 } = limits
      if (most !== undefined && draw < (concurrency.underWay - most + 1) / (slack + 1)) {
        return concurrencyRefusal(most)
      }
      const refused = bucketRefusal(buckets, burst, inputTokens, now)
      if (refused !== undefined && refused.retryAfterSeconds === undefined) return refused
      const bucketWait = refused?.retryAfterSeconds ?? 0
      // The wait that is told satisfies all limits, so that a client which obeys it is then accepted.
      const wait = acceleration?.waitSeconds(now, bucketWait) ?? bucketWait
      return wait > bucketWait ? rampRefusal(wait) : refused
    },
    admit(inputTokens, now, cached = NOTHING_CACHED) {
      concurrency.underWay += 1
      concurrency.peak = Math.max(concurrency.peak ?? 0, concurrency.underWay)
      buckets.requests?.take(1, now)
      burst?.take(1, now)
      acceleration?.count(now)
      buckets['input-tokens']?.take(inputTokens, now)
      buckets.tokens?.take(inputTokens, now)
      spend?.spend({ ...cached, input: inputTokens - cached.cacheCreation, output: 0 }, now)
      return {
        underWay: concurrency.underWay,
        finish(outputTokens, end) {
          concurrency.underWay -= 1
          buckets['output-tokens']?.take(outputTokens, end)
          buckets.tokens?.take(outputTokens, end)
          spend?.spend({ ...NOTHING_CACHED, input: 0, output: outputTokens }, end)
        },
        abandon() {
          concurrency.underWay -= 1
        },
      }
    },
    headers: createLimitHeaders(buckets),
    levels: (now) =>
      Object.entries({ ...buckets, burst }).flatMap(([limit, each]) =>
        each === undefined ? [] : [{ limit, level: each.level(now) }],
      ),
    use: (now) =>
      Object.entries(buckets).flatMap(([limit, each]) =>
        each === undefined ? [] : [{ limit, ...each.use(now) }],
      ),
  }
}

function burstBucket(limits: RateLimits, nowMs: number) {
  const { requestsPerMinute, burstWindowMs } = limits
  if (requestsPerMinute === undefined || burstWindowMs === undefined) return undefined
  const capacity = Math.max(1, (requestsPerMinute * burstWindowMs) / 60_000)
  return createTokenBucket(requestsPerMinute, nowMs, capacity)
}
