import { expect, test } from 'vitest'
import { LimitMeter } from './limit-meter.ts'

const levels = (tokens: number, underWay: number) => ({
  underWay,
  bucketLevels: () => [{ limit: 'tokens', level: tokens }],
})

test('what is in use is a share of the capacity, above 1 in debt', () => {
  const meter = new LimitMeter({ tokensPerMinute: 40_000, concurrentRequests: 4 }, 1_000)
  meter.sample(1_500, levels(30_000, 1))
  meter.sample(3_000, levels(-10_000, 4))
  expect(meter.limits).toEqual([
    {
      limit: 'tokens',
      capacity: 40_000,
      refillPerMinute: 40_000,
      samples: [
        { atMs: 500, used: 0.25 },
        { atMs: 2_000, used: 1.25 },
      ],
    },
    {
      limit: 'concurrent',
      capacity: 4,
      refillPerMinute: null,
      samples: [
        { atMs: 500, used: 0.25 },
        { atMs: 2_000, used: 1 },
      ],
    },
  ])
})

test('of several changes at one moment the last is kept', () => {
  const meter = new LimitMeter({ concurrentRequests: 4 }, 0)
  meter.sample(10, levels(0, 2))
  meter.sample(10, levels(0, 1))
  expect(meter.limits[0]?.samples).toEqual([{ atMs: 10, used: 0.25 }])
})

test('a limit that the scenario does not have is none', () => {
  expect(new LimitMeter({}, 0).limits).toEqual([])
})
