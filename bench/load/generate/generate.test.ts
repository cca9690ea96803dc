import { setImmediate } from 'node:timers/promises'
import { decodeFromCompressedBase64 } from 'hdr-histogram-js'
import { expect, test } from 'vitest'
import { Latencies } from './latencies.ts'
import { LoadRecorder, type RunEnd } from './load-recorder.ts'
import { startInTurn, startWhenDue } from './start-runs.ts'

const SAMPLE = { calls: null, processes: [], database: null }

function latenciesOf(...values: number[]): Latencies {
  const latencies = new Latencies()
  for (const value of values) latencies.record(value)
  return latencies
}

test('merged latencies have the percentiles of all values, not a mean of percentiles', () => {
  const many = latenciesOf(...Array.from({ length: 99 }, () => 10))
  many.add(latenciesOf(1_000))
  expect(many.summary(1)).toMatchObject({ count: 100, minMs: 10 })
  expect(many.percentile(99)).toBeCloseTo(10, 1)
  expect(many.percentile(100)).toBeCloseTo(1_000, -1)
})

test('a summary is in production time, its histogram in real time', () => {
  const summary = latenciesOf(20).summary(50)
  expect(summary?.p50Ms).toBeCloseTo(1_000, -1)
  const histogram = decodeFromCompressedBase64(summary?.wallHistogram ?? '')
  expect(histogram.getValueAtPercentile(50) / 1_000).toBeCloseTo(20, 1)
})

test('nothing that was measured has no percentiles', () => {
  expect(new Latencies().summary(1)).toBeNull()
})

test('every run that was offered is counted once', () => {
  const recorder = new LoadRecorder(1, null)
  const ends: RunEnd[] = ['completed', 'completedWithErrors', 'failed', 'cancelled', 'errored', 'unfinished']
  for (const end of ends) {
    recorder.started(0)
    recorder.ended(end, 5)
  }
  recorder.dropped()
  const { offered, started, ...rest } = recorder.result.runs
  expect([offered, started, recorder.inFlight]).toEqual([7, 6, 0])
  expect(Object.values(rest).reduce((sum, count) => sum + count, 0)).toBe(offered)
})

test('a bucket holds what happened within it, and the whole holds all of them', () => {
  const recorder = new LoadRecorder(10, 1_000)
  for (const tookMs of [50, 150]) {
    recorder.started(0)
    recorder.request('GET /', { kind: 'answered', status: 200 }, tookMs)
    recorder.ended('completed', tookMs)
    recorder.closeBucket(tookMs, SAMPLE)
  }
  const { series, completion, routes, withinObjective } = recorder.result
  expect(series.map(({ atMs, finished }) => [atMs, finished])).toEqual([
    [0, 1],
    [500, 1],
  ])
  expect([completion?.count, routes[0]?.latency?.count, withinObjective]).toEqual([2, 2, 1])
})

/** Runs that end when a test says so. */
function heldRuns() {
  const ending: ((end: RunEnd) => void)[] = []
  const run = () => new Promise<RunEnd>((resolve) => ending.push(resolve))
  return { ending, run }
}

const never = new AbortController().signal
const due = (count: number) => Array.from({ length: count }, () => ({ atMs: 0 }))
const OPEN = { timeScale: 1, maxInFlight: 2 }

test('an arrival that finds as many under way as may be is dropped and counted', async () => {
  const recorder = new LoadRecorder(1, null)
  const { ending, run } = heldRuns()
  const options = { recorder, run, signal: never, now: () => 0, mostRuns: 100 }
  const done = startWhenDue(due(5), OPEN, options)
  await setImmediate()
  expect(recorder.runs).toMatchObject({ offered: 5, started: 2, dropped: 3 })
  for (const end of ending) end('completed')
  await done
})

test('arrivals do not wait for runs that have not ended', async () => {
  const recorder = new LoadRecorder(1, null)
  const { ending, run } = heldRuns()
  const options = { recorder, run, signal: never, now: () => 0, mostRuns: 100 }
  const done = startWhenDue(due(50), { ...OPEN, maxInFlight: 100 }, options)
  await setImmediate()
  expect(recorder.inFlight).toBe(50)
  for (const end of ending) end('completed')
  await done
})

test('a run that is started late is measured from when it was meant to start', async () => {
  let now = 0
  const recorder = new LoadRecorder(1, null)
  // Starting the first keeps the generator busy for 70 ms: the second was due meanwhile.
  const run = async () => {
    now += 70
    return 'completed' as const
  }
  await startWhenDue(due(2), OPEN, { recorder, run, signal: never, now: () => now, mostRuns: 100 })
  recorder.closeBucket(now, SAMPLE)
  expect(recorder.completions.percentile(100)).toBeCloseTo(140, 0)
  expect(recorder.arrivalError.percentile(100)).toBeCloseTo(70, 0)
})

test('in the closed model so many are under way and no more, and as many as were asked for are done', async () => {
  const recorder = new LoadRecorder(1, null)
  let most = 0
  const run = async () => {
    most = Math.max(most, recorder.inFlight)
    await setImmediate()
    return 'completed' as const
  }
  const options = { recorder, run, signal: never, now: () => 0, mostRuns: 20 }
  await startInTurn({ connections: 3, untilMs: 1 }, options)
  expect([most, recorder.runs.completed]).toEqual([3, 20])
})

test('a mistake of the generator ends the load, however early it is made', async () => {
  const recorder = new LoadRecorder(1, null)
  let runs = 0
  const run = async () => {
    if (runs++ === 0) throw new Error('no such option')
    await setImmediate()
    return 'completed' as const
  }
  const arrivals = [0, 20, 40].map((atMs) => ({ atMs }))
  const options = { recorder, run, signal: never, now: () => performance.now(), mostRuns: 100 }
  await expect(startWhenDue(arrivals, OPEN, options)).rejects.toThrow('no such option')
  expect(runs).toBeLessThan(3)
})
