import { expect, test } from 'vitest'
import { BUDGETS } from '../budgets.test-data.ts'
import type { HistoryEntry } from './history-entry.ts'
import { drifted, recentlyMissing, recentlyWorse, trendsOf as trendsWith } from './trends.ts'

const trendsOf = (entries: readonly HistoryEntry[]) => trendsWith(entries, BUDGETS, 10)

/** A history of one scenario, whose duration (ms) is given for each result. */
function history(
  durations: readonly number[],
  mock = (_: number) => 'm',
  workload = (_: number) => 'w',
): HistoryEntry[] {
  return durations.map((durationMs, index) => ({
    schemaVersion: 2,
    resultSchemaVersion: 3,
    seed: 1,
    workloads: { typical: workload(index) },
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

test('neither is what another workload made, and the notes say where it begins anew', () => {
  const durations = [...Array(15).fill(100_000), ...Array(15).fill(120_000)]
  const report = trendsOf(
    history(
      durations,
      () => 'm',
      (index) => (index < 15 ? 'old' : 'new'),
    ),
  )
  expect(recentlyWorse(report, 30)).toEqual([])
  expect(report.trends.map(({ start }) => start)).toEqual([15, 15, 15])
  expect(report.notes).toEqual([
    'typical, safe: series begin at 0000000 2026-01-16, since the workload changed: durationMs, roundTrips, efficiency.',
  ])
})

test('an entry that does not say its workload is read, and what follows begins anew', () => {
  const entries = history(Array(10).fill(100_000)).map((entry, index): HistoryEntry => {
    if (index >= 5 || entry.schemaVersion === 1) return entry
    const { resultSchemaVersion, seed, workloads, ...rest } = entry
    return { ...rest, schemaVersion: 1 }
  })
  const { labels, notes } = trendsOf(entries)
  expect(labels).toHaveLength(5)
  expect(notes[0]).toContain('5 earlier results do not count: seed, result schema changed')
})

test('a metric that the newest result lacks is missing, not passed over', () => {
  const entries = history(DRIFT)
  const newest = entries.at(-1)
  if (newest) newest.figures = { typical: {} }
  const report = trendsOf(entries)
  expect(recentlyMissing(report, 10).map(({ what, last }) => `${what} ${last}`)).toEqual([
    'typical, safe: durationMs 28',
    'typical, safe: roundTrips 28',
    'typical, safe: efficiency 28',
  ])
})

test('a commit that was added more than once counts once', () => {
  const entries = history(Array(6).fill(100_000))
  for (const entry of entries.slice(2, 5)) entry.commit = 'c'.repeat(40)
  expect(trendsOf(entries).labels.map((label) => label.slice(0, 7))).toEqual([
    '0000000',
    '0000000',
    'ccccccc',
    '0000000',
  ])
  for (const entry of entries) entry.dirty = true
  expect(trendsOf(entries).labels).toHaveLength(6)
})

test('a metric that is new is shown from when it began', () => {
  const entries = history(Array(12).fill(100_000))
  for (const { figures } of entries.slice(8)) Object.assign(figures.typical?.safe ?? {}, { calls: 3 })
  const { trends } = trendsOf(entries)
  expect(trends.find(({ metric }) => metric === 'calls')).toMatchObject({ start: 8, values: [3, 3, 3, 3] })
  expect(trends).toHaveLength(4)
})

test('ten steps that a gate allows have drifted, before there are results enough for a change point', () => {
  const report = trendsOf(history(Array.from({ length: 10 }, (_, index) => 100_000 * 1.004 ** index)))
  expect(recentlyWorse(report, 10)).toEqual([])
  expect(drifted(report).map(({ metric, drift }) => [metric, drift])).toEqual([
    ['duration end to end', { index: 0, before: '100.000 s', after: '103.658 s' }],
  ])
})
