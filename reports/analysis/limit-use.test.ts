import { expect, test } from 'vitest'
import { fixtureResult } from '../fixture.test-data.ts'
import type { LimitUseResult, Repetition } from '../result-schema.ts'
import { limitUses, SLICES } from './limit-use.ts'

const [base] = fixtureResult().scenarios[0]?.modes[0]?.repetitions ?? []
if (base === undefined) throw new Error('expected a repetition in the fixture')

/** Half the bucket is taken at once, and a minute fills it; the run takes two. */
const HALF: LimitUseResult = {
  limit: 'tokens',
  capacity: 1000,
  refillPerMinute: 500,
  samples: [{ atMs: 0, used: 0.5 }],
}

function uses(limit: LimitUseResult, attempts: Repetition['attempts'] = []) {
  const { limits, refused } = limitUses({
    ...(base as Repetition),
    durationMs: 120_000,
    limits: [limit],
    attempts,
  })
  const [use] = limits
  if (use === undefined) throw new Error('expected a limit')
  return { use, refused }
}

test('a bucket refills in a straight line until it is full', () => {
  const { slices } = uses(HALF).use
  expect(slices[0]).toBe(0.5)
  expect(slices[SLICES / 4]).toBeCloseTo(0.25)
  expect(slices[SLICES / 2]).toBeCloseTo(0)
  expect(slices[SLICES - 1]).toBe(0)
})

test('the mean is over the whole run, and not over the samples', () => {
  // A triangle of half a share over the first of two minutes.
  expect(uses(HALF).use.mean).toBeCloseTo(0.125)
})

test('requests under way do not fall by themselves', () => {
  const { use } = uses({ ...HALF, limit: 'concurrent', refillPerMinute: null })
  expect(use.slices.every((share) => share === 0.5)).toBe(true)
  expect(use.mean).toBe(0.5)
})

test('a peak between two slices is not lost', () => {
  const samples = [
    { atMs: 0, used: 0.1 },
    { atMs: 60_010, used: 1.4 },
    { atMs: 60_020, used: 0.2 },
  ]
  const { use } = uses({ ...HALF, samples })
  expect(use.peak).toBe(1.4)
  expect(Math.max(...use.slices)).toBe(1.4)
})

test('429s are counted in the slice in which they were sent', () => {
  const attempt = { ...base.attempts[0], status: 429, startMs: 60_000 } as Repetition['attempts'][number]
  const { refused } = uses(HALF, [attempt, attempt, { ...attempt, status: 200 }])
  expect(refused[SLICES / 2]).toBe(2)
  expect(refused.reduce((sum, count) => sum + count, 0)).toBe(2)
})
