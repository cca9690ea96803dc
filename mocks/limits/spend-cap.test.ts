import { expect, test } from 'vitest'
import { createClaudeMock } from '../claude-mock.ts'
import { createRateLimiter } from '../rate-limits.ts'
import { FAST, post, START, testClock } from '../test-support.ts'
import { createSpendMeter } from './spend-cap.ts'

const PRICES = { input: 2, output: 10 }
const spent = (input: number, output: number, cacheCreation = 0, cacheRead = 0) => ({
  input,
  output,
  cacheCreation,
  cacheRead,
})

test('a cap in dollars is reached when the tokens have cost that much', () => {
  const meter = createSpendMeter({ usd: 3, usdPerMillionTokens: PRICES }, START)
  meter.spend(spent(1_000_000, 99_999), START)
  expect(meter.reached(START)).toBe(false)
  meter.spend(spent(0, 1), START)
  expect(meter.reached(START)).toBe(true)
})

test('a cache write costs 1.25 times the input price, a read a tenth of it', () => {
  const meter = createSpendMeter({ usd: 2.7, usdPerMillionTokens: PRICES }, START)
  meter.spend(spent(0, 0, 1_000_000, 999_000), START)
  expect(meter.reached(START)).toBe(false)
  meter.spend(spent(0, 0, 0, 1_001), START)
  expect(meter.reached(START)).toBe(true)
})

test('a cap in tokens counts all but cache reads, and ends with its window', () => {
  const meter = createSpendMeter({ tokens: 100, windowMs: 1_000 }, START)
  meter.spend(spent(40, 30, 29, 1_000), START + 500)
  expect(meter.reached(START + 500)).toBe(false)
  meter.spend(spent(0, 1), START + 500)
  expect(meter.reached(START + 999)).toBe(true)
  expect(meter.windowEndMs(START + 999)).toBe(START + 1_000)
  expect(meter.reached(START + 1_000)).toBe(false)
})

test('a limiter spends what is written to the cache once', () => {
  const meter = createSpendMeter({ tokens: 1_500 }, START)
  const limiter = createRateLimiter({}, { underWay: 0 }, START, meter)
  const cached = { cacheCreation: 1_000, cacheRead: 0 }
  limiter.admit(1_000, START, cached).finish(499, START)
  expect(meter.reached(START)).toBe(false)
  limiter.admit(1, START).finish(0, START)
  expect(meter.reached(START)).toBe(true)
})

test('at the spend cap every model gets 429 with its code and without retry-after', async () => {
  const clock = testClock()
  const mock = createClaudeMock({ clock, seed: 1, latency: FAST, limits: { spendCap: { tokens: 10 } } })
  const send = (model: string) => {
    const body = { model, max_tokens: 50, messages: [{ role: 'user', content: 'Describe the service.' }] }
    return clock.run(mock.fetch('https://api.anthropic.com/v1/messages', post(body)))
  }
  expect((await send('claude-sonnet-5')).status).toBe(200)
  const refused = await send('claude-haiku-4-5')
  expect(refused.status).toBe(429)
  expect(refused.headers.has('retry-after')).toBe(false)
  expect(await refused.json()).toMatchObject({
    error: { type: 'rate_limit_error', details: { error_code: 'enforced_spend_limit_reached' } },
  })
})
