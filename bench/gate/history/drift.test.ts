import { expect, test } from 'vitest'
import { driftFrom } from './drift.ts'

/** Lower is better, and a gate allows 0.5 %. */
const JUDGE = {
  worseBy: (before: number, after: number) => after - before,
  budget: (of: number) => 0.005 * of,
}
const creeping = (count: number, step: number) =>
  Array.from({ length: count }, (_, i) => 100 * (1 + step) ** i)

test('ten steps of 0.4 % are a drift, from where it began', () => {
  expect(driftFrom(creeping(11, 0.004), 10, JUDGE)).toBe(0)
  expect(driftFrom([100, 100, 100, ...creeping(4, 0.004)], 10, JUDGE)).toBe(3)
})

test('what stays within one budget altogether is none', () => {
  expect(driftFrom(creeping(11, 0.0004), 10, JUDGE)).toBeUndefined()
  expect(driftFrom([100, 100.4, 100, 100.4, 100, 100.4], 10, JUDGE)).toBeUndefined()
  expect(driftFrom([100], 10, JUDGE)).toBeUndefined()
})

test('a step that a gate did not allow was taken knowingly: what is before it does not count', () => {
  expect(driftFrom([100, 100, 102, 102.1], 10, JUDGE)).toBeUndefined()
  expect(driftFrom([100, 102, ...creeping(4, 0.004).map((value) => value * 1.02)], 10, JUDGE)).toBe(2)
})

test('a way back to where it was is no drift, nor is one to the better', () => {
  expect(driftFrom([...creeping(6, 0.004), ...creeping(6, 0.004).reverse()], 12, JUDGE)).toBeUndefined()
  expect(driftFrom(creeping(11, -0.004), 10, JUDGE)).toBeUndefined()
})

test('what is further back than the recent results does not count', () => {
  expect(driftFrom([...creeping(11, 0.004), ...Array(10).fill(104.07)], 9, JUDGE)).toBeUndefined()
})
