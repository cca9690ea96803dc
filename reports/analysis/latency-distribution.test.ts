import { expect, test } from 'vitest'
import { fixtureResult } from '../fixture.test-data.ts'
import { latencyDistribution, PERCENTILES } from './latency-distribution.ts'
import { modeFigures } from './mode-figures.ts'

const mode = fixtureResult().scenarios[1]?.modes[3]
if (mode === undefined) throw new Error('expected parallel in the fixture')
const { samples, percentiles, phases, curve } = latencyDistribution(mode)

test('its percentiles are those of the tables, and identical repetitions count once', () => {
  const { responseTimes } = modeFigures(mode, undefined)
  const at = (label: string) => percentiles[PERCENTILES.findIndex((one) => one.label === label)]
  expect(samples).toBe(responseTimes.samples)
  expect([at('p50'), at('p90'), at('p99')]).toEqual([responseTimes.p50, responseTimes.p90, responseTimes.p99])
})

test('the curve rises from the fastest answer to the slowest', () => {
  const times = curve.map(([ms]) => ms)
  expect([...times].sort((a, b) => a - b)).toEqual(times)
  expect(curve[0]?.[1]).toBe(0)
  expect(curve[curve.length - 1]).toEqual([percentiles[PERCENTILES.length - 1], 1])
})

test('the phases add up to the whole', () => {
  expect(phases.reduce((sum, phase) => sum + phase.samples, 0)).toBe(samples)
})

test('where nothing was answered there is no percentile and no curve', () => {
  const silent = mode.repetitions.map((one) => ({ ...one, attempts: [] }))
  const none = latencyDistribution({ ...mode, repetitions: silent })
  expect(none.percentiles.every((one) => one === null)).toBe(true)
  expect(none.curve).toEqual([])
})
