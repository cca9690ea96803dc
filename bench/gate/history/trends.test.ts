import { expect, test } from 'vitest'
import type { HistoryEntry } from './history-entry.ts'
import { recentlyWorse, trendsOf } from './trends.ts'

/** A history of one scenario, whose duration (ms) is given for each result. */
function history(durations: readonly number[], mock = (_: number) => 'm'): HistoryEntry[] {
  return durations.map((durationMs, index) => ({
    schemaVersion: 1,
    recordedAt: new Date(Date.UTC(2026, 0, 1 + index)).toISOString(),
    commit: String(index).padStart(40, '0'),
    dirty: false,
    models: { mock: mock(index) },
    figures: { typical: { safe: { durationMs, roundTrips: 100, efficiency: 0.5 } } },
  }))
}

/** 0.1 % a result: no single gate with a budget of 0.5 % sees it. */
const DRIFT = Array.from({ length: 30 }, (_, index) => 100_000 * 1.001 ** index)

test('a drift that stays below the budget of every single gate is found, and is for the worse', () => {
  const trends = trendsOf(history(DRIFT))
  const worse = recentlyWorse(trends, 30)
  expect(worse.map(({ metric }) => metric)).toEqual(['duration end to end'])
})

test('a history in which nothing changes has no change points', () => {
  const { trends } = trendsOf(history(Array(30).fill(100_000)))
  expect(trends.flatMap(({ changes }) => changes)).toEqual([])
  expect(trends).toHaveLength(3)
})

test('a change for the better, and one that is long ago, are not recently worse', () => {
  expect(recentlyWorse(trendsOf(history([...DRIFT].reverse())), 30)).toEqual([])
  const longAgo = [...Array(10).fill(100_000), ...Array(40).fill(101_000)]
  expect(recentlyWorse(trendsOf(history(longAgo)), 10)).toEqual([])
  expect(recentlyWorse(trendsOf(history(longAgo)), 45)).toHaveLength(1)
})

test('what another mock made is no trend of the engine', () => {
  const durations = [...Array(15).fill(100_000), ...Array(15).fill(120_000)]
  const { labels, trends } = trendsOf(history(durations, (index) => (index < 15 ? 'old' : 'new')))
  expect(labels).toHaveLength(15)
  expect(trends.flatMap(({ changes }) => changes)).toEqual([])
})
