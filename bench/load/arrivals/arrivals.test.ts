import { expect, test } from 'vitest'
import { openArrivals } from './arrival.ts'
import { parseDuration, parseRate } from './parse-quantity.ts'
import { constantStage, expectedArrivals, parseStages } from './stages.ts'
import { traceArrivals } from './trace-arrivals.ts'

const times = (...args: Parameters<typeof openArrivals>) => [...openArrivals(...args)].map(({ atMs }) => atMs)

test('a constant rate gives arrivals at even distances', () => {
  expect(times([constantStage(2, 2_000)], 'even', 1)).toEqual([0, 500, 1_000, 1_500])
})

test('a ramp brings the arrivals of its area, ever closer together', () => {
  const found = times(parseStages('10s:20', 0), 'even', 1)
  const distances = found.slice(1).map((at, index) => at - (found[index] as number))
  expect(found).toHaveLength(100)
  expect(
    distances.every((distance, index) => index === 0 || distance < (distances[index - 1] as number)),
  ).toBe(true)
})

test('a stage begins where the last ended', () => {
  const stages = parseStages('10s:5,30s:20', 0)
  expect(stages.map(({ fromPerSecond, toPerSecond }) => [fromPerSecond, toPerSecond])).toEqual([
    [0, 5],
    [5, 20],
  ])
  expect(expectedArrivals(stages)).toBe(25 + 375)
})

test('one seed gives one sequence of arrivals, another another', () => {
  const of = (seed: number) => times([constantStage(10, 10_000)], 'poisson', seed)
  expect(of(1)).toEqual(of(1))
  expect(of(1)).not.toEqual(of(2))
})

test('Poisson arrivals come at the rate, and their distances vary as much as they are long', () => {
  const found = times([constantStage(100, 100_000)], 'poisson', 1)
  const distances = found.slice(1).map((at, index) => at - (found[index] as number))
  const mean = distances.reduce((sum, one) => sum + one, 0) / distances.length
  const variance = distances.reduce((sum, one) => sum + (one - mean) ** 2, 0) / distances.length
  // 10,000 drawn from a Poisson distribution: four standard deviations.
  expect(Math.abs(found.length - 10_000)).toBeLessThan(400)
  expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1)
})

test('nothing arrives after the last stage', () => {
  expect(Math.max(...times([constantStage(7, 3_000)], 'poisson', 3))).toBeLessThan(3_000)
})

const TRACE = [
  { atMs: 0, inputTokens: 400, outputTokens: 1 },
  { atMs: 100, inputTokens: 4, outputTokens: 1 },
  { atMs: 2_000, inputTokens: 1_000, outputTokens: 1 },
]

test('a trace at another rate keeps its proportions', () => {
  const { arrivals, described } = traceArrivals('t.csv', TRACE, { perSecond: 0.5 })
  expect(arrivals.map(({ atMs }) => atMs)).toEqual([0, 200, 4_000])
  expect(described).toMatchObject({ stretch: 2, meanPerSecond: 0.5, requests: 3 })
})

test('the prompts of a trace decide the length of documents', () => {
  const { arrivals } = traceArrivals('t.csv', TRACE, {})
  expect(arrivals.map(({ words }) => words)).toEqual([300, 20, 750])
})

test('of a trace nothing is taken that comes after the duration', () => {
  expect(traceArrivals('t.csv', TRACE, { durationMs: 1_000 }).described.requests).toBe(2)
})

test('the rate of a part of a trace is the rate of that part', () => {
  const { described } = traceArrivals('t.csv', TRACE, { durationMs: 1_000 })
  expect(described).toMatchObject({ requests: 2, durationMs: 100, meanPerSecond: 10 })
})

test('of a trace no more is taken than runs are wanted', () => {
  expect(traceArrivals('t.csv', TRACE, { mostRuns: 2 }).described.requests).toBe(2)
})

test.each([
  ['250ms', 250],
  ['30s', 30_000],
  ['15m', 900_000],
  ['1.5h', 5_400_000],
])('%s is a duration', (text, ms) => {
  expect(parseDuration(text, '--duration')).toBe(ms)
})

test.each(['30', '0s', '-1s', 's', '1d', '1 m 3 s'])('%s is no duration', (text) => {
  expect(() => parseDuration(text, '--duration')).toThrow(/expected --duration .* got/)
})

test.each([
  ['0.5', 0.5],
  ['30/m', 0.5],
  ['30/min', 0.5],
  ['180/h', 0.05],
])('%s is a rate', (text, perSecond) => {
  expect(parseRate(text, '--rate')).toBe(perSecond)
})

test.each(['0', 'x', '5/d', '-1'])('%s is no rate', (text) => {
  expect(() => parseRate(text, '--rate')).toThrow(/expected --rate .* got/)
})

test.each(['10s', '10s:5:1', '10s:x', '10s:0'])('%s are no stages', (text) => {
  expect(() => parseStages(text, 0)).toThrow(/expected/)
})
