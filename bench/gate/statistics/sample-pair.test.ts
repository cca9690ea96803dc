import { expect, test } from 'vitest'
import { UsageError } from '../../run/index.ts'
import { STATISTICAL_METRIC_NAMES } from './metrics.ts'
import { complete } from './sample-pair.ts'

const samples = (change: Record<string, { base: number; head: number }[]> = {}) => ({
  ...Object.fromEntries(STATISTICAL_METRIC_NAMES.map((name) => [name, [{ base: 10, head: 11 }]])),
  ...change,
})

test('the ratio of a pair is the median of the ratios of its turns', () => {
  const turns = [
    { base: 10, head: 11 },
    { base: 20, head: 22 },
    { base: 10, head: 90 },
  ]
  expect(complete(samples({ cpu: turns })).cpu).toEqual({ base: 10, head: 22, ratio: 1.1 })
})

test.each([
  ['none', []],
  ['nought', [{ base: 0, head: 1 }]],
  ['nothing of the base', [{ base: undefined as unknown as number, head: 1 }]],
  ['no number', [{ base: 1, head: Number.NaN }]],
])('a metric with %s fails the gate', (_, list) => {
  expect(() => complete(samples({ claim: list }))).toThrow(UsageError)
  expect(() => complete(samples({ claim: list }))).toThrow('expected figures of "claim" from base and head')
})
