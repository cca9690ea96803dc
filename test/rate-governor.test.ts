import { expect, test } from 'vitest'
import { VirtualClock } from '../bench/clock/index.ts'
import { RateGovernor } from '../engine/claude/rate-governor.ts'
import { RateLimitMemory, type RateLimitStore } from '../engine/claude/rate-limit-store.ts'

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
  const store = new RateLimitMemory(atOnce)
  const options = { clock, random, store, process: 'one', maxConcurrency: 64 }
  return { clock, governor: new RateGovernor(options), store }
}

const phase = 'card-analysis'

test('a request waits until the mirrored bucket holds what it needs', async () => {
  const { clock, governor: g } = governor()
  await g.succeeded(await g.acquire(cost(0), { phase }), cost(0), headers(0))
  await g.acquire(cost(5_000), { phase })
  // At 1,000 a second, with a margin of 5 % for the forecast.
  expect(clock.now()).toBe(5_250)
})

test('what was reserved and not used is there for the next request', async () => {
  const { clock, governor: g } = governor()
  await g.succeeded(await g.acquire(cost(0), { phase }), cost(0), headers(10_500))
  const permit = await g.acquire(cost(10_000), { phase })
  await g.succeeded(permit, cost(4_000), headers(6_500))
  await g.acquire(cost(5_700), { phase })
  expect(clock.now()).toBe(0)
})

test('the smaller of the own level and the header is believed', async () => {
  const { clock, governor: g } = governor()
  await g.succeeded(await g.acquire(cost(0), { phase }), cost(0), headers(60_000))
  await g.succeeded(await g.acquire(cost(0), { phase }), cost(0), headers(1_000))
  await g.acquire(cost(11_500 / 1.05), { phase })
  // 1,000 with a rounding of 500: of 11,500 with the margin 10,000 are missing, at 1,000 a second.
  expect(clock.now()).toBe(10_000)
})

test('what a header shows beyond the own reckoning is not taken again when usage is known', async () => {
  const { clock, governor: g } = governor()
  await g.succeeded(await g.acquire(cost(0), { phase }), cost(0), headers(20_000))
  const [small, large] = await Promise.all([
    g.acquire(cost(1_000), { phase }),
    g.acquire(cost(1_000), { phase }),
  ])
  // The large one was 4,000 and not 1,000: the header of the small one shows that first.
  await g.succeeded(small, cost(1_000), headers(15_000))
  await g.succeeded(large, cost(4_000), headers(15_000))
  await g.acquire(cost(15_000 / 1.05), { phase })
  expect(clock.now()).toBe(0)
})

test('an answer may overdraw a bucket, and the next request waits until that is refilled', async () => {
  const { clock, governor: g } = governor()
  await g.succeeded(await g.acquire(cost(0), { phase }), cost(0), headers(1_000))
  const permit = await g.acquire(cost(900), { phase })
  await g.succeeded(permit, { inputTokens: 900, outputTokens: 3_100 }, headers(0))
  await g.acquire(cost(0), { phase })
  expect(clock.now()).toBe(3_001)
})

test('what was sent before the limits were known is not taken twice', async () => {
  const { clock, governor: g } = governor()
  const [first, second] = await Promise.all([
    g.acquire(cost(100), { phase }),
    g.acquire(cost(100), { phase }),
  ])
  // The second turns out larger than forecast; the header of the first had counted it already.
  await g.succeeded(first, cost(100), headers(10_000))
  await g.succeeded(second, cost(5_000), headers(10_000))
  await g.acquire(cost(10_000 / 1.05), { phase })
  expect(clock.now()).toBe(0)
})

test('a 429 pauses every caller for retry-after', async () => {
  const { clock, governor: g } = governor()
  const [first, second] = await Promise.all([g.acquire(cost(1), { phase }), g.acquire(cost(1), { phase })])
  await g.rejected(first, 7_000, undefined)
  await g.failed(second)
  await g.acquire(cost(1), { phase })
  expect(clock.now()).toBe(7_000)
})

test('requests under way are bounded, halved by a 429, and one that ends lets the next go', async () => {
  const { governor: g } = governor(4)
  const permits = await Promise.all(Array.from({ length: 4 }, () => g.acquire(cost(1), { phase })))
  let fifth = false
  const waiting = g.acquire(cost(1), { phase }).then((permit) => {
    fifth = true
    return permit
  })
  await g.rejected(permits[0] as never, 0, undefined)
  await new Promise((resolve) => setImmediate(resolve))
  expect(fifth).toBe(false)
  for (const permit of permits.slice(1)) await g.succeeded(permit, cost(1), headers(60_000))
  await waiting
  expect(fifth).toBe(true)
})

test('callers are served in the order in which they came, even when a later one needs less', async () => {
  const { governor: g } = governor()
  await g.succeeded(await g.acquire(cost(0), { phase }), cost(0), headers(0))
  const order: string[] = []
  await Promise.all([
    g.acquire(cost(5_000), { phase }).then(() => order.push('large')),
    g.acquire(cost(10), { phase }).then(() => order.push('small')),
  ])
  expect(order).toEqual(['large', 'small'])
})

test('a caller that is aborted while it waits leaves the others to go on', async () => {
  const { governor: g } = governor()
  await g.succeeded(await g.acquire(cost(0), { phase }), cost(0), headers(0))
  const controller = new AbortController()
  const first = g.acquire(cost(50_000), { phase, signal: controller.signal })
  const second = g.acquire(cost(1_000), { phase })
  controller.abort(new Error('cancelled'))
  await expect(first).rejects.toThrow('cancelled')
  await expect(second).resolves.toBeDefined()
})

test('phases take turns: a card analysis is not stuck behind the subtasks that wait', async () => {
  const { governor: g } = governor(1)
  const held = await g.acquire(cost(1), { phase })
  const order: string[] = []
  const waiting = [
    ...[1, 2, 3, 4, 5].map((n) => ['subtask-generation', `subtask ${n}`] as const),
    ['card-analysis', 'card 1'] as const,
    ['story-generation', 'story 1'] as const,
    ['card-analysis', 'card 2'] as const,
  ].map(async ([phase, what]) => {
    const permit = await g.acquire(cost(1), { phase })
    order.push(what)
    await g.failed(permit)
  })
  await g.failed(held)
  await Promise.all(waiting)
  expect(order).toEqual([
    ...['subtask 1', 'card 1', 'story 1', 'subtask 2', 'card 2'],
    ...['subtask 3', 'subtask 4', 'subtask 5'],
  ])
})

test('a caller that is aborted behind others is let go at once, and loses nobody a turn', async () => {
  const { clock, governor: g } = governor()
  await g.succeeded(await g.acquire(cost(0), { phase }), cost(0), headers(0))
  const controller = new AbortController()
  const first = g.acquire(cost(5_000), { phase })
  const second = g.acquire(cost(5_000), { phase, signal: controller.signal })
  const third = g.acquire(cost(1), { phase })
  controller.abort(new Error('cancelled'))
  await expect(second).rejects.toThrow('cancelled')
  expect(clock.now()).toBe(0)
  await Promise.all([first, third])
  expect(clock.now()).toBe(5_250)
})

test('who is aborted before asking is not given a permit', async () => {
  const { governor: g, store } = governor()
  await expect(g.acquire(cost(1), { phase, signal: AbortSignal.abort(new Error('over')) })).rejects.toThrow(
    'over',
  )
  expect(store.seen.permits).toEqual([])
})

test('more than the flags let one run do at once may be under way, where several runs want it', async () => {
  const { clock, governor: g, store } = governor(2)
  const call = async () => {
    const permit = await g.acquire(cost(1), { phase })
    await clock.sleep(1_000)
    await g.succeeded(permit, cost(1), headers(60_000))
  }
  await Promise.all(Array.from({ length: 40 }, call))
  expect(store.seen.window).toBeGreaterThan(5)
})

test('a store that fails refuses all who wait, and the next who comes is tried again', async () => {
  const memory = new RateLimitMemory(1)
  let broken = true
  const store: RateLimitStore = {
    shared: true,
    seen: memory.seen,
    update: (change) => (broken ? Promise.reject(new Error('no connection')) : memory.update(change)),
  }
  const clock = new VirtualClock({ startMs: 0 })
  const g = new RateGovernor({ clock, random, store, process: 'one', maxConcurrency: 1 })
  const waiting = [1, 2].map(() => g.acquire(cost(1), { phase }))
  for (const refused of await Promise.allSettled(waiting)) expect(refused.status).toBe('rejected')
  broken = false
  await expect(g.acquire(cost(1), { phase })).resolves.toBeDefined()
})
