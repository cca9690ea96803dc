import { expect, test } from 'vitest'
import { type ClaudeMockOptions, createClaudeMock, LATENCY_PROFILES, RATE_LIMIT_PROFILES } from './index.ts'
import { FAST, post, testClock } from './test-support.ts'

const STEADY = { ...FAST, firstTokenMs: 1_000, tokensPerSecond: 1e9 }
const asks = (model: string, content: string) => ({
  model,
  max_tokens: 20,
  messages: [{ role: 'user', content }],
})

function mockWith(options: Partial<ClaudeMockOptions>) {
  const clock = testClock()
  const mock = createClaudeMock({ clock, seed: 1, latency: STEADY, limits: {}, ...options })
  const start = (model: string, content: string) =>
    mock.fetch('https://api.anthropic.com/v1/messages', post(asks(model, content)))
  return { clock, start }
}

test('a model with a profile of its own has its latency, another that of the mock', async () => {
  const { clock, start } = mockWith({
    latencyByModel: { 'claude-opus-5': { ...STEADY, firstTokenMs: 3_000 } },
  })
  await clock.run(start('claude-opus-5', 'one'))
  await clock.run(start('claude-sonnet-5', 'one'))
  expect(clock.sleeps.map(Math.round)).toEqual([3_000, 1_000])
})

test('requests that come while others are under way take longer, over all models', async () => {
  const load = { freeRequests: 2, perRequest: 0.5 }
  const latency = { ...STEADY, load }
  const { clock, start } = mockWith({ latency })
  const models = ['claude-opus-5', 'claude-sonnet-5', 'claude-opus-5', 'claude-sonnet-5']
  await clock.run(Promise.all(models.map((model, index) => start(model, `question ${index}`))))
  await clock.run(start('claude-opus-5', 'alone again'))
  expect(clock.sleeps.map(Math.round)).toEqual([1_000, 1_000, 1_500, 2_000, 1_000])
})

test.each(Object.entries(LATENCY_PROFILES))(
  'the %s latency profile is accepted and says where it is from',
  (_, { profile, provenance }) => {
    expect(() => mockWith({ latency: profile })).not.toThrow()
    expect(provenance).toMatch(/assumed/i)
  },
)

test.each(Object.entries(RATE_LIMIT_PROFILES))(
  'the %s limits are accepted and say where they are from',
  (_, { limits, provenance }) => {
    expect(() => mockWith({ limits })).not.toThrow()
    expect(provenance).not.toBe('')
  },
)

test.each([
  ['a cap in dollars without prices', { limits: { spendCap: { usd: 5 } } }, 'usdPerMillionTokens with usd'],
  ['a spend cap of nothing', { limits: { spendCap: {} } }, 'usd or tokens, got neither'],
  [
    'a tail of probability above 1',
    { latency: { ...FAST, tail: { probability: 2, alpha: 1 } } },
    'probability',
  ],
  ['a factor below 1', { limits: { acceleration: { factor: 0.5, freeRequestsPerMinute: 1 } } }, 'factor'],
  ['a latency for an unknown model', { latencyByModel: { 'claude-none-1': FAST } }, 'claude-none-1'],
  ['a fault for an unknown model', { faults: [{ status: 500, model: 'claude-none-1' }] }, 'claude-none-1'],
  ['an unknown limit', { limits: { burst: 1 } }, 'burst'],
])('%s is refused', (_, options, message) => {
  expect(() => mockWith(options as Partial<ClaudeMockOptions>)).toThrow(message)
})

test('several problems of the options are one line', () => {
  const wrong = { limits: { burst: 1 }, rejectMs: -1 } as unknown as Partial<ClaudeMockOptions>
  expect(() => mockWith(wrong)).toThrow(/^[^\n]*limits[^\n]*rejectMs[^\n]*$/)
})
