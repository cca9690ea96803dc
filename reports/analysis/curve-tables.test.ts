import { expect, test } from 'vitest'
import type { Ablation, RunPoint } from '../curves-schema.ts'
import { fixtureResult, flagsOf } from '../fixture.test-data.ts'
import { ablationTable } from './ablation-table.ts'
import { curveTables } from './curve-tables.ts'
import { scalingTable } from './scaling-table.ts'

function point(durationMs: number, failedItems = 0): RunPoint {
  return {
    durationMs,
    roundTrips: 10,
    calls: 4,
    attempts: 5,
    refused429: 1,
    waitMs: 0,
    costUsd: 0.1,
    failedItems,
    lowerBoundMs: 100,
    efficiency: 100 / durationMs,
  }
}

function step(flag: string, added: RunPoint, alone: RunPoint | null = null): Ablation['steps'][number] {
  return {
    flag,
    tier: 1,
    flags: flagsOf('batched'),
    alone,
    aloneRefused: alone === null ? `${flag} above 1 loses counter increments` : null,
    added,
    without: null,
    withoutRefused: 'reason',
  }
}

test('a flag has its gain alone and with those before it', () => {
  const { rows } = ablationTable({
    base: point(1000),
    steps: [step('batchWrites', point(800), point(800)), step('atomicLog=table', point(500), point(900))],
  })
  expect(rows.map((row) => row.slice(0, 6))).toEqual([
    ['none', '0', '1.0 s', '1.00x', '1.0 s', '1.00x'],
    ['batchWrites', '1', '800 ms', '1.25x', '800 ms', '1.25x'],
    ['atomicLog=table', '1', '900 ms', '1.11x', '500 ms', '2.00x'],
  ])
})

test('a flag that makes items fail counts together with the one after it', () => {
  const { findings } = ablationTable({
    base: point(1000),
    steps: [
      step('batchWrites', point(900)),
      step('parallelEpics=9', point(100, 3)),
      step('rateGovernor', point(300)),
    ],
  })
  expect(findings).toEqual([
    'What gains most when it is added is parallelEpics=9 with rateGovernor: 3.00x, 900 ms → 300 ms.',
    'Items failed for good with the flags down to parallelEpics=9 (3): those runs did less work, and have no gain.',
    expect.stringMatching(/^Not run, since it is unsafe: batchWrites, parallelEpics=9, rateGovernor alone; /),
  ])
})

test('a curve says how many at once are enough', () => {
  const points = [1, 2, 4].map((value) => ({ value, ...point(value === 1 ? 1000 : 500) }))
  expect(scalingTable({ axis: 'concurrency', mode: 'parallel', points }).findings).toEqual([
    '2 at once are enough: up to 4, none is faster than 500 ms by more than 1 %.',
  ])
})

test('a curve says from where on items fail', () => {
  const points = [1, 2, 4].map((value) => ({ value, ...point(1000 / value, value === 4 ? 2 : 0) }))
  const { findings, rows } = scalingTable({ axis: 'concurrency', mode: 'parallel', points })
  expect(findings).toEqual(['From 4 at once on, items fail for good.'])
  expect(rows.map((row) => row[2])).toEqual(['1.00x', '2.00x', '–'])
})

test('a scenario without ablation and curves has no such table', () => {
  const [scenario] = fixtureResult().scenarios
  expect(scenario && curveTables({ ...scenario, ablation: null, scaling: [] })).toEqual([])
})
