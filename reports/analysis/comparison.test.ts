import { expect, test } from 'vitest'
import { fixtureResult } from '../fixture.test-data.ts'
import type { BenchResult } from '../result-schema.ts'
import { compareResults, hasChanges } from './comparison.ts'
import { formatChange } from './comparison-tables.ts'

type Change = (result: BenchResult) => void

function changed(change: Change): BenchResult {
  const result = fixtureResult()
  change(result)
  return result
}

function compared(...changes: readonly Change[]) {
  const others = changes.map((change, index) => ({ name: `other ${index + 1}`, result: changed(change) }))
  return compareResults([{ name: 'base', result: fixtureResult() }, ...others])
}

const parallelOf = (result: BenchResult) =>
  result.scenarios[0]?.modes.find(
    ({ mode }) => mode === 'parallel',
  ) as BenchResult['scenarios'][number]['modes'][number]

function figure(comparison: ReturnType<typeof compared>, label: string, mode = 'parallel', scenario = 0) {
  const figures = comparison.scenarios[scenario]?.modes.find((one) => one.mode === mode)?.figures
  return figures?.find((one) => one.label === label)
}

test('a result against itself is the same in every figure', () => {
  const comparison = compared(() => {})
  const verdicts = comparison.scenarios.flatMap(({ modes }) =>
    modes.flatMap(({ figures }) => figures.map(({ changes }) => changes[1]?.verdict)),
  )
  expect(new Set(verdicts)).toEqual(new Set(['same']))
  expect(comparison.notes).toEqual([])
})

test('a longer duration is worse, as a share of the first', () => {
  const comparison = compared((result) => {
    const { duration } = parallelOf(result)
    duration.p50Ms *= 1.25
  })
  const change = figure(comparison, 'duration')?.changes[1] ?? null
  expect(change).toEqual({ text: '+25.0 %', verdict: 'worse' })
  expect(formatChange(change)).toBe('+25.0 % ▼')
})

test('a higher efficiency is better', () => {
  const comparison = compared((result) => {
    for (const repetition of parallelOf(result).repetitions) repetition.efficiency *= 1.1
  })
  expect(figure(comparison, 'efficiency')?.changes[1]?.verdict).toBe('better')
})

test('another workload is not compared, and what differs in it is named', () => {
  const comparison = compared((result) => {
    const [first] = result.scenarios
    if (first === undefined) return
    first.hash = 'other'
    first.definition = { workload: { uploads: 12, cardsPerUpload: 6 } }
  })
  expect(comparison.scenarios[0]?.obstacles).toEqual([
    'base and other 1 ran different workloads: workload.uploads 6 and 12.',
  ])
  expect(figure(comparison, 'duration')?.changes).toEqual([null, null])
  expect(hasChanges(comparison)).toBe(true)
})

test('another clock is not compared at all', () => {
  const comparison = compared((result) => {
    result.clock = 'real'
  })
  expect(comparison.scenarios[0]?.obstacles).toEqual([
    'base and other 1 are of different clocks, virtual and real: their times are not of one kind.',
  ])
  expect(hasChanges(comparison)).toBe(false)
})

test('another seed is not compared', () => {
  const comparison = compared((result) => {
    for (const scenario of result.scenarios) scenario.seed = 8
  })
  expect(comparison.scenarios[1]?.obstacles).toEqual([
    'base and other 1 have different seeds, 7 and 8: other documents and latencies were drawn.',
  ])
})

test('of three results the one that cannot be compared keeps no change from the other', () => {
  const comparison = compared(
    (result) => {
      result.clock = 'real'
    },
    () => {},
  )
  expect(figure(comparison, 'duration')?.changes.map((change) => change?.verdict ?? null)).toEqual([
    null,
    null,
    'same',
  ])
})

test('a scenario that only one result has is said to be missing in the other', () => {
  const comparison = compared((result) => {
    result.scenarios.pop()
  })
  expect(comparison.scenarios[1]).toMatchObject({
    obstacles: ['other 1 has no scenario tight-limits.'],
    modes: [],
  })
})

test('a mode that was not run, other flags and other output are noted', () => {
  const comparison = compared((result) => {
    result.scenarios[0]?.modes.shift()
    const mode = parallelOf(result)
    mode.flags.parallelEpics = 9
    for (const { output } of mode.repetitions) output.digest = 'other'
  })
  expect(comparison.scenarios[0]?.notes).toEqual([
    'sequential was not run in other 1.',
    expect.stringMatching(/^parallel has different flags: .*parallelEpics=2.* \/ .*parallelEpics=9/),
    'parallel left different output.',
  ])
})

test('what differs in where the results come from is noted', () => {
  const comparison = compared((result) => {
    result.environment.node = 'v24.0.0'
    result.environment.git = null
  })
  expect(comparison.notes).toEqual([
    'Commit: 3ede0a4c2f64 / not in a git checkout.',
    'Node: v20.19.5 / v24.0.0.',
  ])
})
