import { expect, test } from 'vitest'
import { createRateLimiter, type RateLimits } from './rate-limits.ts'
import { START } from './test-support.ts'

const limiterOf = (limits: RateLimits) => createRateLimiter(limits, { underWay: 0 }, START)

/** An over-eager client: it asks every `stepMs`, whatever it is told. */
function acceptedIn(minutes: number, stepMs: number, limits: RateLimits, input: number, output: number) {
  const limiter = limiterOf(limits)
  let accepted = 0
  for (let now = START; now < START + minutes * 60_000; now += stepMs) {
    if (limiter.refusal(input, now)) continue
    limiter.admit(input, now).finish(output, now)
    accepted += 1
  }
  return accepted
}

// Ten minutes of refill and the capacity at the start: eleven times the limit.
test.each([
  ['requests', { requestsPerMinute: 50 }, 1, 1, 550],
  ['input tokens', { inputTokensPerMinute: 30_000 }, 100, 0, 3_300],
  ['output tokens', { outputTokensPerMinute: 8_000 }, 1, 20, 4_400],
  ['tokens together', { tokensPerMinute: 40_000 }, 60, 40, 4_400],
] as const)('an over-eager client gets the limit of %s within 1 %%', (_, limits, input, output, expected) => {
  const accepted = acceptedIn(10, 53, limits, input, output)
  expect(Math.abs(accepted - expected) / expected).toBeLessThan(0.01)
})

test.each([
  ['requests', { requestsPerMinute: 7 }, 1, 0],
  ['input tokens', { inputTokensPerMinute: 999 }, 777, 0],
  ['output tokens', { outputTokensPerMinute: 1_000 }, 1, 2_345],
  ['tokens together', { tokensPerMinute: 1_000 }, 300, 900],
] as const)('a client that waits exactly retry-after is accepted: %s', (_, limits, input, output) => {
  const limiter = limiterOf(limits)
  let now = START + 0.123
  let waits = 0
  for (let i = 0; i < 40; i += 1) {
    const refusal = limiter.refusal(input, now)
    if (refusal) {
      expect(refusal.retryAfterSeconds).toBe(Math.max(1, Math.round(refusal.retryAfterSeconds)))
      now += refusal.retryAfterSeconds * 1_000
      waits += 1
      expect(limiter.refusal(input, now)).toBeUndefined()
    }
    limiter.admit(input, now).finish(output, now)
  }
  expect(waits).toBeGreaterThan(10)
})

test('a second less than retry-after is refused', () => {
  const limiter = limiterOf({ inputTokensPerMinute: 600 })
  limiter.admit(600, START).finish(0, START)
  const seconds = limiter.refusal(100, START)?.retryAfterSeconds ?? 0
  expect(seconds).toBe(10)
  expect(limiter.refusal(100, START + 9_000)).toBeDefined()
})

test('the bucket with the longest wait is the one that is named', () => {
  const limiter = limiterOf({ requestsPerMinute: 1, inputTokensPerMinute: 60 })
  limiter.admit(30, START).finish(0, START)
  expect(limiter.refusal(31, START)).toMatchObject({ limit: 'requests', retryAfterSeconds: 60 })
  expect(limiter.refusal(31, START)?.message).toContain(
    "your organization's rate limit of 1 requests per minute",
  )
})

test('output tokens are asked for only above 0, and may go below', () => {
  const limiter = limiterOf({ outputTokensPerMinute: 100 })
  limiter.admit(1, START).finish(99, START)
  expect(limiter.refusal(1, START)).toBeUndefined()
  limiter.admit(1, START).finish(1, START)
  expect(limiter.refusal(1, START)).toMatchObject({ limit: 'output-tokens', retryAfterSeconds: 1 })
  limiter.admit(1, START).finish(100, START)
  expect(limiter.refusal(1, START)).toMatchObject({ limit: 'output-tokens', retryAfterSeconds: 61 })
})

test('a limit that is absent never refuses and has no headers', () => {
  const limiter = limiterOf({})
  expect(limiter.refusal(1e9, START)).toBeUndefined()
  expect(limiter.headers(START)).toEqual({})
})

test('headers give limit, remainder and the time of full replenishment', () => {
  const limiter = limiterOf({
    requestsPerMinute: 60,
    inputTokensPerMinute: 30_000,
    outputTokensPerMinute: 8_000,
  })
  limiter.admit(2_400, START).finish(9_000, START)
  expect(limiter.headers(START)).toEqual({
    'anthropic-ratelimit-requests-limit': '60',
    'anthropic-ratelimit-requests-remaining': '59',
    'anthropic-ratelimit-requests-reset': '2026-11-24T00:00:01Z',
    'anthropic-ratelimit-input-tokens-limit': '30000',
    'anthropic-ratelimit-input-tokens-remaining': '28000',
    'anthropic-ratelimit-input-tokens-reset': '2026-11-24T00:00:05Z',
    'anthropic-ratelimit-output-tokens-limit': '8000',
    'anthropic-ratelimit-output-tokens-remaining': '0',
    'anthropic-ratelimit-output-tokens-reset': '2026-11-24T00:01:08Z',
    'anthropic-ratelimit-tokens-limit': '8000',
    'anthropic-ratelimit-tokens-remaining': '0',
    'anthropic-ratelimit-tokens-reset': '2026-11-24T00:01:08Z',
  })
})
