import { expect, test } from 'vitest'
import { latencyOf } from './latency.ts'

const PROFILE = { firstTokenMs: 800, perThousandInputTokensMs: 200, tokensPerSecond: 50, sigma: 0.3 }
const TOKENS = { input: 5_000, output: 400 }
const draws = Array.from({ length: 2_000 }, (_, attempt) =>
  latencyOf(PROFILE, TOKENS, [1, 'request', attempt]),
)

test('without jitter it is time to first token and then tokens at their rate', () => {
  const latency = latencyOf({ ...PROFILE, sigma: 0 }, TOKENS, [1])
  expect(latency).toEqual({ firstTokenMs: 1_800, generationMs: 8_000, totalMs: 9_800 })
})

test('the same attempt has the same latency, another attempt another', () => {
  expect(latencyOf(PROFILE, TOKENS, [1, 'request', 3])).toEqual(draws[3])
  expect(draws[4]).not.toEqual(draws[3])
})

test('jitter is lognormal: the median stays, sigma is that of the logarithm', () => {
  const logarithms = draws.map((latency) => Math.log(latency.generationMs / 8_000)).sort((a, b) => a - b)
  const mean = logarithms.reduce((sum, value) => sum + value, 0) / logarithms.length
  const sigma = Math.sqrt(logarithms.reduce((sum, value) => sum + (value - mean) ** 2, 0) / logarithms.length)
  expect(Math.abs(logarithms[1_000] ?? 1)).toBeLessThan(0.03)
  expect(Math.abs(sigma - 0.3)).toBeLessThan(0.02)
})

test('latencies are whole microseconds', () => {
  expect(draws.every(({ totalMs }) => Math.abs(totalMs * 1_000 - Math.round(totalMs * 1_000)) < 1e-6)).toBe(
    true,
  )
})

const TAIL = { probability: 0.1, alpha: 1.5, from: 3 }
const tailed = Array.from({ length: 20_000 }, (_, attempt) =>
  latencyOf({ ...PROFILE, tail: TAIL }, TOKENS, [1, 'tail', attempt]),
)

test.each([3, 6, 30])(
  'with a heavy tail the share slower than %d times the median is that of the mixture',
  (x) => {
    // From 3 times the median on, the lognormal of sigma 0.3 has next to nothing.
    const expected = TAIL.probability * (TAIL.from / x) ** TAIL.alpha
    for (const [part, median] of [
      ['firstTokenMs', 1_800],
      ['generationMs', 8_000],
    ] as const) {
      const slower = tailed.filter((latency) => latency[part] >= x * median).length / tailed.length
      const standardError = Math.sqrt((expected * (1 - expected)) / tailed.length)
      expect(Math.abs(slower - expected)).toBeLessThan(4 * standardError)
    }
  },
)

test('a heavy tail leaves the answers outside it as they were', () => {
  const without = tailed.map((_, attempt) => latencyOf(PROFILE, TOKENS, [1, 'tail', attempt]))
  const same = tailed.filter((latency, index) => latency.totalMs === without[index]?.totalMs).length
  expect(same / tailed.length).toBeGreaterThan(0.79)
  expect(same / tailed.length).toBeLessThan(0.83)
})

test('which answers are in the tail does not follow from their lognormal jitter', () => {
  const half = { ...PROFILE, tail: { probability: 0.5, alpha: 1.5, from: 3 } }
  const outside = draws
    .filter(
      (draw, attempt) => latencyOf(half, TOKENS, [1, 'request', attempt]).firstTokenMs === draw.firstTokenMs,
    )
    .map((draw) => Math.log(draw.firstTokenMs / 1_800))
  const sigma = Math.sqrt(outside.reduce((sum, value) => sum + value ** 2, 0) / outside.length)
  expect(Math.abs(outside.length / draws.length - 0.5)).toBeLessThan(0.05)
  expect(Math.abs(sigma - 0.3)).toBeLessThan(0.03)
})

test.each([
  [1, 9_800],
  [4, 9_800],
  [5, 10_780],
  [14, 19_600],
])('with %d requests under way an answer takes %d ms', (underWay, expected) => {
  const profile = { ...PROFILE, sigma: 0, load: { freeRequests: 4, perRequest: 0.1 } }
  expect(latencyOf(profile, TOKENS, [1], underWay).totalMs).toBeCloseTo(expected, 3)
})

test('the figures of a profile without tail and load are those that results already published rest on', () => {
  expect(latencyOf(PROFILE, TOKENS, [1, 'request', 0])).toEqual({
    firstTokenMs: 1589.854,
    generationMs: 4509.919,
    totalMs: 6099.773,
  })
})
