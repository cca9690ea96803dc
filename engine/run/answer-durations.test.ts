import { expect, test } from 'vitest'
import { AnswerDurations } from './answer-durations.ts'

function after(...ms: number[]): number | undefined {
  const durations = new AnswerDurations()
  for (const one of ms) durations.add('card-analysis', one)
  return durations.expectMs('card-analysis')
}

test('before the first answer nothing is known, and of few the longest counts', () => {
  expect(after()).toBeUndefined()
  expect(after(3)).toBe(3)
  expect(after(5, 3)).toBe(5)
})

test('one slow answer among ten is no measure for the next, and two of ten are', () => {
  expect(after(36, ...Array(9).fill(3))).toBe(3)
  expect(after(36, 36, ...Array(8).fill(3))).toBe(36)
})

test('what was long ago is forgotten', () => {
  expect(after(...Array(100).fill(36), ...Array(50).fill(3))).toBe(3)
})
