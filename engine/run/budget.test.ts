import { expect, test } from 'vitest'
import { AnswerDurations } from './answer-durations.ts'
import { Budget } from './budget.ts'

const clock = { now: () => 0, sleep: () => new Promise<void>(() => {}) }

test.each([
  ['a part of the budget', 8_000, false],
  ['nearly all of what there is before the hand-over', 9_000, true],
  ['more than the budget, as only in a process that stood still', 10_001, false],
])('an attempt with %s: %d ms of 10 s', (_, attemptMs, whole) => {
  expect(new Budget(clock, 10_000, new AnswerDurations()).wasWhole(attemptMs)).toBe(whole)
})
