import { expect, test } from 'vitest'
import type { ProxyRoundTrip } from './round-trips.ts'
import { Statistics } from './statistics.ts'

const trip = (shape: string, durationMs = 1): ProxyRoundTrip => ({
  kind: 'simple',
  shape,
  durationMs,
  pipelined: false,
  failed: false,
})
const open = () => new Statistics('127.0.0.1:5432', 0, () => 0)

test('times of a statement are percentiles that no time exceeds', () => {
  const statistics = open()
  for (let ms = 1; ms <= 100; ms++) statistics.roundTrip(trip('SELECT Run', ms))
  const [shape] = statistics.stats.shapes
  expect(shape).toMatchObject({ count: 100, totalMs: 5_050, maxMs: 100 })
  const within = (ms: number | undefined, of: number) => Math.abs((ms ?? 0) - of) <= of / 100
  expect([within(shape?.p50Ms, 50), within(shape?.p90Ms, 90), within(shape?.p99Ms, 99)]).toEqual([
    true,
    true,
    true,
  ])
})

test('beyond 500 statements the others are counted together', () => {
  const statistics = open()
  for (let n = 0; n < 600; n++) statistics.roundTrip(trip(`SELECT table_${n}`))
  statistics.roundTrip(trip('SELECT table_0'))
  const { shapes, roundTrips } = statistics.stats
  expect(roundTrips.count).toBe(601)
  expect(shapes).toHaveLength(501)
  expect(shapes.slice(0, 2).map(({ shape, count }) => [shape, count])).toEqual([
    ['OTHER', 100],
    ['SELECT table_0', 2],
  ])
})
