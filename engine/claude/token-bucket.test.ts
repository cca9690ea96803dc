import { expect, test } from 'vitest'
import { MirroredBucket } from './token-bucket.ts'

test('refills continuously, up to its capacity', () => {
  const bucket = new MirroredBucket(60_000, 0, 0)
  expect(bucket.level(1_000)).toBe(1_000)
  expect(bucket.level(120_000)).toBe(60_000)
})

test('says how long an amount takes to be there', () => {
  const bucket = new MirroredBucket(60_000, 500, 0)
  expect(bucket.waitMs(400, 0)).toBe(0)
  expect(bucket.waitMs(1_500, 0)).toBe(1_000)
})

test('can be overdrawn, and refills from there', () => {
  const bucket = new MirroredBucket(60_000, 100, 0)
  bucket.take(1_100, 0)
  expect(bucket.level(0)).toBe(-1_000)
  expect(bucket.waitMs(1, 0)).toBe(1_001)
})

test('gives back what was reserved and not used, but holds no more than its capacity', () => {
  const bucket = new MirroredBucket(1_000, 900, 0)
  bucket.take(-500, 0)
  expect(bucket.level(0)).toBe(1_000)
})

test('an amount above its capacity waits for a full bucket, not for ever', () => {
  const bucket = new MirroredBucket(1_000, 0, 0)
  expect(bucket.waitMs(5_000, 0)).toBe(60_000)
})
