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
