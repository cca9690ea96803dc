import { expect, test } from 'vitest'
import { VirtualClock } from '../bench/clock/index.ts'
import { RateGovernor } from '../engine/claude/rate-governor.ts'

const random = { draw: () => 0 }
const cost = (tokens: number) => ({ inputTokens: tokens, outputTokens: 0 })

function headers(remaining: number, limit = 60_000): Headers {
  return new Headers({
    'anthropic-ratelimit-tokens-limit': String(limit),
    'anthropic-ratelimit-tokens-remaining': String(remaining),
  })
}

function governor(atOnce = 10) {
  const clock = new VirtualClock({ startMs: 0 })
  return { clock, governor: new RateGovernor(clock, random, atOnce) }
}

test('a request waits until the mirrored bucket holds what it needs', async () => {
  const { clock, governor: g } = governor()
  g.succeeded(await g.acquire(cost(0)), cost(0), headers(0))
  await g.acquire(cost(5_000))
  // At 1,000 a second, with a margin of 5 % for the forecast.
  expect(clock.now()).toBe(5_250)
})

test('what was reserved and not used is there for the next request', async () => {
  const { clock, governor: g } = governor()
  g.succeeded(await g.acquire(cost(0)), cost(0), headers(10_500))
  const permit = await g.acquire(cost(10_000))
  g.succeeded(permit, cost(4_000), headers(6_500))
  await g.acquire(cost(5_700))
  expect(clock.now()).toBe(0)
})

test('the smaller of the own level and the header is believed', async () => {
  const { clock, governor: g } = governor()
  g.succeeded(await g.acquire(cost(0)), cost(0), headers(60_000))
  g.succeeded(await g.acquire(cost(0)), cost(0), headers(1_000))
  await g.acquire(cost(11_500 / 1.05))
  // 1,000 with a rounding of 500: of 11,500 with the margin 10,000 are missing, at 1,000 a second.
  expect(clock.now()).toBe(10_000)
})

test('what a header shows beyond the own reckoning is not taken again when usage is known', async () => {
  const { clock, governor: g } = governor()
  g.succeeded(await g.acquire(cost(0)), cost(0), headers(20_000))
  const [small, large] = await Promise.all([g.acquire(cost(1_000)), g.acquire(cost(1_000))])
  // The large one was 4,000 and not 1,000: the header of the small one shows that first.
  g.succeeded(small, cost(1_000), headers(15_000))
  g.succeeded(large, cost(4_000), headers(15_000))
  await g.acquire(cost(15_000 / 1.05))
  expect(clock.now()).toBe(0)
})

test('an answer may overdraw a bucket, and the next request waits until that is refilled', async () => {
  const { clock, governor: g } = governor()
  g.succeeded(await g.acquire(cost(0)), cost(0), headers(1_000))
  const permit = await g.acquire(cost(900))
  g.succeeded(permit, { inputTokens: 900, outputTokens: 3_100 }, headers(0))
  await g.acquire(cost(0))
  expect(clock.now()).toBe(3_001)
})

test('what was sent before the limits were known is not taken twice', async () => {
  const { clock, governor: g } = governor()
  const [first, second] = await Promise.all([g.acquire(cost(100)), g.acquire(cost(100))])
  // The second turns out larger than forecast; the header of the first had counted it already.
  g.succeeded(first, cost(100), headers(10_000))
  g.succeeded(second, cost(5_000), headers(10_000))
  await g.acquire(cost(10_000 / 1.05))
  expect(clock.now()).toBe(0)
})

test('a 429 pauses every caller for retry-after', async () => {
  const { clock, governor: g } = governor()
  const [first] = await Promise.all([g.acquire(cost(1)), g.acquire(cost(1))])
  g.rejected(first, 7_000, undefined)
  await g.acquire(cost(1))
  expect(clock.now()).toBe(7_000)
})

test('requests under way are bounded, halved by a 429, and grow again with success', async () => {
  const { governor: g } = governor(4)
  const permits = await Promise.all(Array.from({ length: 4 }, () => g.acquire(cost(1))))
  let fifth = false
  const waiting = g.acquire(cost(1)).then((permit) => {
    fifth = true
    return permit
  })
  g.rejected(permits[0] as never, 0, undefined)
  await new Promise((resolve) => setImmediate(resolve))
  expect(fifth).toBe(false)
  for (const permit of permits.slice(1)) g.succeeded(permit, cost(1), headers(60_000))
  await waiting
  expect(fifth).toBe(true)
})

test('callers are served in the order in which they came, even when a later one needs less', async () => {
  const { governor: g } = governor()
  g.succeeded(await g.acquire(cost(0)), cost(0), headers(0))
  const order: string[] = []
  await Promise.all([
    g.acquire(cost(5_000)).then(() => order.push('large')),
    g.acquire(cost(10)).then(() => order.push('small')),
  ])
  expect(order).toEqual(['large', 'small'])
})

test('a caller that is aborted while it waits leaves the others to go on', async () => {
  const { governor: g } = governor()
  g.succeeded(await g.acquire(cost(0)), cost(0), headers(0))
  const controller = new AbortController()
  const first = g.acquire(cost(50_000), controller.signal)
  const second = g.acquire(cost(1_000))
  controller.abort(new Error('cancelled'))
  await expect(first).rejects.toThrow('cancelled')
  await expect(second).resolves.toBeDefined()
})
