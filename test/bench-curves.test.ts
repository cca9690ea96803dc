import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { type BenchPlan, countRuns, generateDocuments, modeOfTier, runBench } from '../bench/run/index.ts'
import type { BenchResult } from '../reports/index.ts'
import { type Scenario, smoke } from '../scenarios/index.ts'

/** Small, and without faults, so that only the flags make a difference. */
const small: Scenario = {
  ...smoke,
  workload: { ...smoke.workload, uploads: 2, wordsPerUpload: 60 },
  claude: { ...smoke.claude, faults: [], limits: { tokensPerMinute: 100_000, concurrentRequests: 4 } },
}
const plan: BenchPlan = {
  scenarios: [small],
  modes: ([0, 3] as const).map(modeOfTier),
  variants: false,
  seed: 1,
  clock: 'virtual',
  repetitions: 1,
  allowUnsafe: false,
  ablate: true,
  growth: { scales: [1, 2], concurrencies: [1, 2, 3] },
  documentsFor: (scenario) => generateDocuments(scenario, 1),
}

let server: DatabaseServer
let told = 0
let result: BenchResult['scenarios'][number]
beforeAll(async () => {
  server = await startDatabaseServer({ signal: new AbortController().signal })
  const progress = { started: () => {}, ended: () => void told++ }
  const results = await runBench(plan, server, progress, new AbortController().signal)
  result = results[0] as BenchResult['scenarios'][number]
}, 120_000)
afterAll(() => server.close())

const runOf = (mode: string) => {
  const run = result.modes.find((one) => one.mode === mode)?.repetitions[0]
  if (run === undefined) throw new Error(`no run of ${mode}`)
  return run
}

test('progress is told of as many runs as were counted before', () => {
  expect(told).toBe(countRuns(plan))
})

test('an ablation goes from the figures of sequential mode to those of parallel mode', () => {
  const { base, steps } = result.ablation ?? { base: null, steps: [] }
  expect(base?.durationMs).toBe(runOf('sequential').durationMs)
  expect(steps.at(-1)?.added.durationMs).toBe(runOf('parallel').durationMs)
  expect(steps.map(({ flag, tier }) => `${tier} ${flag}`)).toEqual([
    '1 batchWrites',
    '1 atomicLog=table',
    '2 optimisticLocking',
    '2 transactions',
    '3 parallelUploads=2',
    '3 parallelEpics=2',
    '3 rateGovernor',
  ])
})

test('a flag alone changes what it is there to change', () => {
  const { base, steps } = result.ablation ?? { base: null, steps: [] }
  const [batchWrites] = steps
  expect(batchWrites?.alone?.roundTrips).toBeLessThan(base?.roundTrips ?? 0)
  expect(batchWrites?.alone).toEqual(batchWrites?.added)
})

test('what is unsafe is not run, and the reason is told', () => {
  const steps = result.ablation?.steps ?? []
  expect(steps.filter(({ alone }) => alone === null).map(({ flag }) => flag)).toEqual([
    'parallelUploads=2',
    'parallelEpics=2',
  ])
  for (const { alone, aloneRefused, without, withoutRefused } of steps) {
    expect([alone === null, without === null]).toEqual([aloneRefused !== null, withoutRefused !== null])
  }
})

test('each mode has a curve of its workload, whose first point is the mode', () => {
  const curves = result.scaling.filter(({ axis }) => axis === 'scale')
  expect(curves.map(({ mode }) => mode)).toEqual(['sequential', 'parallel'])
  for (const { mode, points } of curves) {
    expect(points.map(({ value }) => value)).toEqual([1, 2])
    expect(points[0]?.durationMs).toBe(runOf(mode).durationMs)
    expect(points[1]?.calls).toBeGreaterThan(points[0]?.calls ?? 0)
  }
})

test('parallel mode has a curve of its concurrency, and sequential mode none', () => {
  const curves = result.scaling.filter(({ axis }) => axis === 'concurrency')
  expect(curves.map(({ mode }) => mode)).toEqual(['parallel'])
  const [one, two] = curves[0]?.points ?? []
  expect(two?.durationMs).toBeLessThan(one?.durationMs ?? 0)
})

test('what must hold of the modes holds of all runs beside them', () => {
  expect(result.checks.filter(({ ok }) => !ok)).toEqual([])
  expect(result.checks.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'what must hold of the modes holds of each flag',
      'what must hold holds at 2 times the documents',
      'what must hold holds at each concurrency',
    ]),
  )
})

test('limits in use are told for each limit, from the first attempt to the last', () => {
  const { limits, attempts } = runOf('parallel')
  expect(limits.map(({ limit, capacity }) => [limit, capacity])).toEqual([
    ['tokens', 100_000],
    ['concurrent', 4],
  ])
  for (const { samples } of limits) {
    expect(samples[0]?.atMs).toBe(Math.min(...attempts.map(({ startMs }) => startMs)))
    expect(samples.at(-1)?.atMs).toBe(Math.max(...attempts.map(({ endMs }) => endMs)))
    expect(samples.map(({ atMs }) => atMs)).toEqual(samples.map(({ atMs }) => atMs).sort((a, b) => a - b))
  }
  expect(Math.max(...(limits[1]?.samples ?? []).map(({ used }) => used))).toBe(0.5)
  expect(limits[1]?.samples.at(-1)?.used).toBe(0)
})

test('a wait says what it belongs to', () => {
  const items = new Set(runOf('sequential').calls.map(({ item }) => item))
  const pacing = runOf('sequential').waits.filter(({ cause }) => cause === 'pacing')
  expect(pacing.length).toBeGreaterThan(0)
  expect(pacing.filter(({ item }) => item === null || !items.has(item))).toEqual([])
})
