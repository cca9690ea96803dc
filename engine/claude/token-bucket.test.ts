import fc from 'fast-check'
import { expect, test } from 'vitest'
import { levelAt, take, waitMs } from './token-bucket.ts'

const bucket = (perMinute: number, level: number) => ({ perMinute, level, at: 0 })

test('refills continuously, up to its capacity', () => {
  expect(levelAt(bucket(60_000, 0), 1_000)).toBe(1_000)
  expect(levelAt(bucket(60_000, 0), 120_000)).toBe(60_000)
})

test('says how long an amount takes to be there', () => {
  expect(waitMs(bucket(60_000, 500), 400, 0)).toBe(0)
  expect(waitMs(bucket(60_000, 500), 1_500, 0)).toBe(1_000)
})

test('can be overdrawn, and refills from there', () => {
  const overdrawn = take(bucket(60_000, 100), 1_100, 0)
  expect(levelAt(overdrawn, 0)).toBe(-1_000)
  expect(waitMs(overdrawn, 1, 0)).toBe(1_001)
})

test('gives back what was reserved and not used, but holds no more than its capacity', () => {
  expect(levelAt(take(bucket(1_000, 900), -500, 0), 0)).toBe(1_000)
})

test('an amount above its capacity waits for a full bucket, not for ever', () => {
  expect(waitMs(bucket(1_000, 0), 5_000, 0)).toBe(60_000)
})

test('a clock that is behind neither refills nor sets the bucket back', () => {
  const later = take({ perMinute: 60_000, level: 0, at: 5_000 }, 0, 2_000)
  expect(later).toEqual({ perMinute: 60_000, level: 0, at: 5_000 })
})

test('whatever is taken, given back and waited for, the level is never above the capacity', () => {
  const steps = fc.array(
    fc.tuple(fc.integer({ min: -5_000, max: 5_000 }), fc.integer({ min: -500, max: 90_000 })),
  )
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), steps, (perMinute, taken) => {
      let now = 0
      let held = bucket(perMinute, perMinute)
      for (const [amount, ms] of taken) {
        now += ms
        held = take(held, amount, now)
        expect(held.level).toBeLessThanOrEqual(perMinute)
      }
    }),
  )
})

test('after the wait that it names an amount is there, and a millisecond earlier it is not', () => {
  const amounts = fc.record({
    perMinute: fc.integer({ min: 1, max: 100_000 }),
    level: fc.integer({ min: -50_000, max: 50_000 }),
    amount: fc.integer({ min: 1, max: 50_000 }),
  })
  fc.assert(
    fc.property(amounts, ({ perMinute, level, amount }) => {
      const held = bucket(perMinute, Math.min(level, perMinute))
      const asked = Math.min(amount, perMinute)
      const ms = waitMs(held, amount, 0)
      expect(levelAt(held, ms)).toBeGreaterThan(asked - 1e-6)
      if (ms > 0) expect(levelAt(held, ms - 1)).toBeLessThan(asked)
    }),
  )
})
