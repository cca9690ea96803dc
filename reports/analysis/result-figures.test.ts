import { expect, test } from 'vitest'
import { fixtureResult } from '../fixture.test-data.ts'
import { headlineOf } from './headline.ts'
import { modeFigures } from './mode-figures.ts'
import { resultFigures } from './result-figures.ts'
import { smallMode, smallRepetition } from './small-mode.test-data.ts'

function withModes(...modes: ReturnType<typeof smallMode>[]) {
  const result = fixtureResult()
  const [scenario] = result.scenarios
  if (scenario === undefined) throw new Error('expected a scenario in the fixture')
  return resultFigures({ ...result, scenarios: [{ ...scenario, modes, checks: [] }] }).scenarios[0]
}

test('failed checks are problems', () => {
  const problems = resultFigures(fixtureResult()).scenarios.map((scenario) => scenario.problems)
  expect(problems).toEqual([[], ['Check failed: log is whole: expected 56 lines in parallel, got 54']])
})

test('a run that did not complete is a problem, and so is the comparison with it', () => {
  const failed = smallMode('parallel', {
    output: { ...smallRepetition().output, runStatus: 'FAILED', failedItems: 2 },
  })
  expect(withModes(smallMode('sequential'), failed)?.problems).toEqual([
    'parallel: the run ended FAILED with 2 failed items',
    'parallel: no speed-up is given, as the same work was not done as in a completed sequential run',
  ])
})

test('notes say whether repetitions are identical, and which differ', () => {
  expect(withModes(smallMode('sequential', {}, {}))?.notes[0]).toBe(
    '2 repetitions of each mode, all identical: one is shown.',
  )
  expect(withModes(smallMode('sequential', {}, { costUsd: 1 }))?.notes[0]).toContain(
    'The repetitions of sequential differ.',
  )
  expect(withModes(smallMode('sequential'))?.notes).toEqual([])
})

test('a note says so where waiting exceeds the duration', () => {
  expect(withModes(smallMode('sequential'), smallMode('parallel', { durationMs: 1000 }))?.notes[0]).toContain(
    'in parallel it exceeds the duration',
  )
})

test('the headline names what gains, what loses and what does neither', () => {
  const sequential = smallMode('sequential')
  const modes = [
    sequential,
    smallMode('batched', { durationMs: 60_000 }),
    smallMode('safe', { durationMs: 122_000 }),
    smallMode('parallel', { durationMs: 30_500 }),
  ].map((mode) => modeFigures(mode, sequential))
  expect(headlineOf(modes)).toBe(
    'parallel is 2.00x faster than sequential; safe is 2.00x slower; batched takes as long, within 5 %.',
  )
})
