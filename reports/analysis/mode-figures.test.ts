import { expect, test } from 'vitest'
import { modeFigures } from './mode-figures.ts'
import { BATCHED_ROUND_TRIPS, smallMode, smallRepetition } from './small-mode.test-data.ts'

const sequential = smallMode('sequential')

test('round trips are totalled, divided by the items of their phase, and split into those that createMany batches', () => {
  const { roundTrips, phases, databaseShare } = modeFigures(sequential, sequential)
  expect(roundTrips.total).toBe(60)
  expect(roundTrips.databaseMs).toBe(600)
  expect(databaseShare).toBeCloseTo(600 / 61_000)
  expect(phases.map((phase) => phase.roundTripsPerItem)).toEqual([8, 12, 5])
  expect(phases.map((phase) => phase.batchedWritesPerItem)).toEqual([6, 10, 5])
})

test('one shape is counted over all phases, the most frequent first', () => {
  const { shapes } = modeFigures(sequential, sequential).roundTrips
  expect(shapes[0]).toEqual({ shape: 'INSERT Subtask', count: 20, totalMs: 200 })
  expect(shapes.find((one) => one.shape === 'UPDATE Run')).toEqual({
    shape: 'UPDATE Run',
    count: 8,
    totalMs: 80,
  })
})

test('speed-up is the ratio of medians, end to end and for each phase', () => {
  const twice = smallMode('parallel', {
    durationMs: 30_500,
    phases: smallRepetition().phases.map((phase) => ({ ...phase, durationMs: phase.durationMs / 4 })),
  })
  const figures = modeFigures(twice, sequential)
  expect(figures.speedUp).toBe(2)
  expect(figures.phases.map((phase) => phase.speedUp)).toEqual([4, 4, 4])
})

test('attempts beyond one a call are wasted, and errors are counted by status', () => {
  const { api } = modeFigures(sequential, sequential)
  expect(api).toEqual({
    calls: 2,
    failedCalls: 0,
    attempts: 4,
    wastedAttempts: 2,
    rateLimited: 1,
    errors: [
      { status: 429, count: 1 },
      { status: 529, count: 1 },
    ],
    errorRate: 0.5,
    inputTokens: 200,
    outputTokens: 80,
  })
})

test('response times are those of attempts answered with 200, with their number', () => {
  const { responseTimes, phases } = modeFigures(sequential, sequential)
  // 1000 and 3000 ms, interpolated linearly.
  expect(responseTimes).toEqual({ samples: 2, p50: 2000, p90: 2800, p99: 2980 })
  expect(phases[1]?.responseTimes).toEqual({ samples: 0, p50: null, p90: null, p99: null })
})

test('percentiles pool the samples of different repetitions, and count identical ones once', () => {
  const different = smallMode('sequential', {}, { durationMs: 62_000 })
  const identical = smallMode('sequential', {}, { wallMs: 9 })
  expect(modeFigures(different, sequential).responseTimes.samples).toBe(4)
  expect(modeFigures(identical, sequential).responseTimes.samples).toBe(2)
})

test('waits are summed by cause, and said to exceed the duration where they do', () => {
  const { waits } = modeFigures(sequential, sequential)
  expect(waits.totalMs).toBe(2800)
  expect(waits.causes.map((one) => one.totalMs)).toEqual([1000, 1800, 0, 0, 0])
  expect(waits.exceedsDuration).toBe(false)
  expect(modeFigures(smallMode('parallel', { durationMs: 2000 }), sequential).waits.exceedsDuration).toBe(
    true,
  )
})

test('durations are medians with their extremes; counts are those of the repetition nearest to the median', () => {
  const three = smallMode(
    'sequential',
    { durationMs: 70_000, peakConnections: 7 },
    { durationMs: 60_000, peakConnections: 6 },
    { durationMs: 90_000, peakConnections: 9 },
  )
  const figures = modeFigures(three, sequential)
  expect(figures.duration).toEqual({ median: 70_000, min: 60_000, max: 90_000 })
  expect(figures.peakConnections).toBe(7)
  expect(figures.identical).toBe(false)
})

test('repetitions that differ in real time only are identical', () => {
  expect(modeFigures(smallMode('sequential', {}, { wallMs: 9 }), sequential).identical).toBe(true)
})

test('how much faster than real time it was simulated is the duration divided by the real time', () => {
  const mode = smallMode('sequential', { durationMs: 60_000, wallMs: 100 })
  expect(modeFigures(mode, sequential).simulationFactor).toBe(600)
})

test('a run that failed or did less has no speed-up', () => {
  const { output } = smallRepetition()
  const failed = smallMode('parallel', { durationMs: 1000, output: { ...output, runStatus: 'FAILED' } })
  const lossy = smallMode('parallel', { durationMs: 1000, output: { ...output, stories: 9 } })
  expect(modeFigures(failed, sequential).speedUp).toBeNull()
  expect(modeFigures(lossy, sequential).speedUp).toBeNull()
})

test('without a sequential mode there is no speed-up, and all else stands', () => {
  const figures = modeFigures(smallMode('batched', { roundTrips: BATCHED_ROUND_TRIPS }), undefined)
  expect(figures.speedUp).toBeNull()
  expect(figures.roundTrips.total).toBe(18)
})

test('invocations are counted, and the longest is that from start to end', () => {
  const invocations = [
    { startMs: 0, endMs: 20_000, outcome: 'continue' },
    { startMs: 20_000, endMs: 50_000, outcome: 'continue' },
    { startMs: 50_000, endMs: 61_000, outcome: 'COMPLETED' },
  ]
  expect(modeFigures(smallMode('sequential', { invocations }), sequential)).toMatchObject({
    invocations: 3,
    longestInvocationMs: 30_000,
  })
})
