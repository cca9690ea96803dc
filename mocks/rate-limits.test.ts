import { expect, test } from 'vitest'
import { RATE_LIMIT_PROFILES } from './profiles/rate-limits/index.ts'
import { randomAbout } from './random.ts'
import { createRateLimiter, type RateLimits } from './rate-limits.ts'
import { START } from './test-support.ts'

const PROFILE_NAMES = Object.keys(RATE_LIMIT_PROFILES) as (keyof typeof RATE_LIMIT_PROFILES)[]

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
      const seconds = refusal.retryAfterSeconds ?? Number.NaN
      expect(seconds).toBe(Math.max(1, Math.round(seconds)))
      now += seconds * 1_000
      waits += 1
      expect(limiter.refusal(input, now)).toBeUndefined()
    }
    limiter.admit(input, now).finish(output, now)
  }
  expect(waits).toBeGreaterThan(10)
})

test('with all limits at once a client that waits exactly retry-after is accepted', () => {
  const waitedFor = new Set<string>()
  for (let seed = 0; seed < 40; seed += 1) {
    const random = randomAbout('limits', seed)
    const limiter = limiterOf({
      requestsPerMinute: random.int(20, 60),
      burstWindowMs: random.int(500, 5_000),
      inputTokensPerMinute: random.int(2_000, 8_000),
      outputTokensPerMinute: random.int(1_000, 8_000),
      tokensPerMinute: random.int(4_000, 12_000),
      acceleration: { factor: 1.5, freeRequestsPerMinute: random.int(5, 15) },
    })
    let now = START + random.next()
    for (let i = 0; i < 120; i += 1) {
      const input = random.int(1, 400)
      const refusal = limiter.refusal(input, now)
      if (refusal) {
        waitedFor.add(refusal.limit)
        now += (refusal.retryAfterSeconds ?? Number.NaN) * 1_000
        expect(limiter.refusal(input, now)).toBeUndefined()
      }
      limiter.admit(input, now).finish(random.int(1, 600), now)
      now += random.int(0, 3_000)
    }
  }
  expect([...waitedFor].sort()).toEqual(['burst', 'input-tokens', 'output-tokens', 'ramp', 'tokens'])
})

test.each([{ tokensPerMinute: 40_000 }, { inputTokensPerMinute: 40_000, requestsPerMinute: 1 }])(
  'a request that no bucket will ever hold is refused without a retry-after: %o',
  (limits) => {
    const limiter = limiterOf(limits)
    expect(limiter.refusal(40_000, START)).toBeUndefined()
    const refusal = limiter.refusal(45_000, START)
    expect(refusal).toBeDefined()
    expect(refusal?.retryAfterSeconds).toBeUndefined()
    const ramped = limiterOf({ ...limits, acceleration: { factor: 1, freeRequestsPerMinute: 1 } })
    ramped.admit(1, START)
    expect(ramped.refusal(45_000, START)?.retryAfterSeconds).toBeUndefined()
  },
)

test('less than one request a minute lets one in, and the next as it is told', () => {
  const limiter = limiterOf({ requestsPerMinute: 0.5 })
  expect(limiter.refusal(1, START)).toBeUndefined()
  limiter.admit(1, START)
  expect(limiter.refusal(1, START)?.retryAfterSeconds).toBe(120)
})

test('a clock that was read before the bucket was made finds it full', () => {
  const limiter = limiterOf({ requestsPerMinute: 60, burstWindowMs: 1_000 })
  expect(limiter.refusal(1, START - 0.5)).toBeUndefined()
  expect(limiter.headers(START - 0.5)['anthropic-ratelimit-requests-remaining']).toBe('60')
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

/** Bursts, acceleration and a cap let in less than the limits per minute. */
const PLAIN_PROFILES = PROFILE_NAMES.filter((name) => !/-(strict|capped)$/.test(name))

test.each(PLAIN_PROFILES)('over ten minutes the %s profile gives its limit within 1 %%', (name) => {
  const limits: RateLimits = RATE_LIMIT_PROFILES[name].limits
  const [input, output] = [1_000, 200]
  // What an eleven-fold of each limit (the full bucket and ten refills) lets in, whichever is the least.
  const expected =
    11 *
    Math.min(
      limits.requestsPerMinute ?? Number.POSITIVE_INFINITY,
      (limits.inputTokensPerMinute ?? Number.POSITIVE_INFINITY) / input,
      (limits.outputTokensPerMinute ?? Number.POSITIVE_INFINITY) / output,
      (limits.tokensPerMinute ?? Number.POSITIVE_INFINITY) / (input + output),
    )
  const accepted = acceptedIn(10, 5, limits, input, output)
  expect(Math.abs(accepted - expected) / expected).toBeLessThan(0.01)
})

test('60 a minute enforced as 1 a second gives 600 in ten minutes, and saves nothing up', () => {
  const limits = { requestsPerMinute: 60, burstWindowMs: 1_000 }
  const accepted = acceptedIn(10, 5, limits, 1, 1)
  expect(Math.abs(accepted - 600) / 600).toBeLessThan(0.01)
  const limiter = limiterOf(limits)
  limiter.admit(1, START + 30_000).finish(1, START + 30_000)
  expect(limiter.refusal(1, START + 30_000)).toMatchObject({ limit: 'burst', retryAfterSeconds: 1 })
  expect(limiter.refusal(1, START + 31_000)).toBeUndefined()
})

test('a burst window of five seconds lets five at once in', () => {
  const limiter = limiterOf({ requestsPerMinute: 60, burstWindowMs: 5_000 })
  for (let i = 0; i < 5; i += 1) {
    expect(limiter.refusal(1, START)).toBeUndefined()
    limiter.admit(1, START)
  }
  expect(limiter.refusal(1, START)).toMatchObject({ limit: 'burst' })
})

test('a soft limit of concurrent requests refuses the more of those above it the further they are', () => {
  const refusedShare = (underWay: number) => {
    const limiter = createRateLimiter({ concurrentRequests: 10, concurrencySlack: 3 }, { underWay }, START)
    const draws = Array.from({ length: 1_000 }, (_, index) => index / 1_000)
    return draws.filter((draw) => limiter.refusal(1, START, draw)).length / 1_000
  }
  expect([9, 10, 11, 12, 13, 14].map(refusedShare)).toEqual([0, 0.25, 0.5, 0.75, 1, 1])
})

test('the use of a limit is what was taken of the full bucket and its refill', () => {
  const limiter = limiterOf({ inputTokensPerMinute: 1_000 })
  limiter.admit(600, START).finish(0, START)
  limiter.admit(200, START + 90_000).finish(0, START + 90_000)
  const [use] = limiter.use(START + 120_000)
  expect(use).toMatchObject({ limit: 'input-tokens', allowed: 1_000, used: 800, available: 3_000 })
  expect(use?.share).toBeCloseTo(800 / 3_000, 9)
  expect(use?.minutes).toEqual([
    { minute: 0, used: 600, share: 0.3 },
    { minute: 1, used: 200, share: 0.1 },
  ])
  expect(use?.peakMinuteShare).toBe(0.3)
})
