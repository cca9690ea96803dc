import { expect, test } from 'vitest'
import { bootstrapMean, holm, signFlipTest } from './resampling.ts'

/** Repeatable, and even: the golden ratio's multiples. */
function even(): () => number {
  let n = 0
  return () => {
    n++
    return (n * 0.618033988749895) % 1
  }
}

test('the permutation test counts the sign patterns that reach the mean', () => {
  // All of one sign: only the pattern that was seen reaches it.
  expect(signFlipTest([1, 2, 3], even())).toBe(1 / 8)
  // Sums of ±1 ±2 ±3 that reach 3 - 2 + 1 = 2: 6, 4, 2.
  expect(signFlipTest([1, -2, 3], even())).toBe(3 / 8)
  expect(signFlipTest([-1, -2, -3], even())).toBe(1)
})

test('pairs that differ by nothing show nothing', () => {
  expect(signFlipTest([0, 0, 0, 0], even())).toBe(1)
})

test('many pairs are tested by drawn patterns, and never come to nought', () => {
  const p = signFlipTest(Array(20).fill(0.05), even())
  expect(p).toBeGreaterThan(0)
  expect(p).toBeLessThan(0.001)
})

test("Holm's correction multiplies the smallest by all, and keeps the order", () => {
  // 0.01 × 4, 0.02 × 3, 0.03 × 2 = 0.06, and 0.04 no less than the one before it.
  const adjusted = holm([0.04, 0.01, 0.03, 0.02])
  expect(adjusted.map((p) => Math.round(p * 1_000) / 1_000)).toEqual([0.06, 0.04, 0.06, 0.06])
  expect(holm([0.9, 0.8])).toEqual([1, 1])
})

test('the bootstrap of equal values has no width, and that of others holds their mean', () => {
  const { low, high } = bootstrapMean([0.05, 0.05, 0.05], Math.random)
  expect(low).toBeCloseTo(0.05, 12)
  expect(high).toBeCloseTo(0.05, 12)
  const wide = bootstrapMean([-0.02, 0.01, 0.03, 0.06], even())
  expect(wide.low).toBeLessThan(0.02)
  expect(wide.high).toBeGreaterThan(0.02)
})

test('the bootstrap of many values is as wide as the theory says', () => {
  // 400 values in equal numbers at -1 and 1: the mean has a standard error of 0.05.
  const values = Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 1 : -1))
  let state = 1
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const { low, high } = bootstrapMean(values, random)
  expect(low).toBeCloseTo(-1.96 * 0.05, 2)
  expect(high).toBeCloseTo(1.96 * 0.05, 2)
})

test('one pair is no sample', () => {
  expect(() => bootstrapMean([0.1], even())).toThrow('expected at least 2 values to resample, got 1')
})
