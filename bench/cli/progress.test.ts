import { expect, test } from 'vitest'
import { remainingMs } from './progress.ts'

test('nothing is told before a run has ended', () => {
  expect(remainingMs(0, 500, 0, 4)).toBeUndefined()
})

test('runs that are left take as long as those before, less what the one under way has taken', () => {
  expect(remainingMs(2_000, 0, 2, 5)).toBe(3_000)
  expect(remainingMs(2_000, 400, 2, 5)).toBe(2_600)
})

test('a run that takes longer than the others takes nothing off the next', () => {
  expect(remainingMs(2_000, 9_000, 2, 5)).toBe(2_000)
})

test('with the last run nothing is left but the rest of it', () => {
  expect(remainingMs(4_000, 250, 4, 5)).toBe(750)
})
