import { expect, test } from 'vitest'
import { fixtureResult } from '../fixture.test-data.ts'
import { columnsOf, resultFigures } from './result-figures.ts'

const [steady, tight] = resultFigures(fixtureResult()).scenarios
if (steady === undefined || tight === undefined) throw new Error('expected two scenarios in the fixture')

test('a variant stands beside the mode that it is one of', () => {
  expect(tight.variants.map(({ columns }) => columns.map(({ mode }) => mode))).toEqual([
    ['parallel', 'no governor'],
  ])
  expect(steady.variants).toEqual([])
})

test('a variant says what it changes, and what each side comes to', () => {
  expect(tight.variants[0]).toMatchObject({
    descriptions: ['no governor: Fixed pacing in place of the rate governor.'],
    findings: [
      'parallel: no item failed; 14 (20.0 %) of 70 attempts met a 429, 14 wasted; efficiency 82.0 %.',
      'no governor: 2 of 56 items failed for good; 14 (20.0 %) of 70 attempts met a 429, 14 wasted; efficiency 82.0 %, reckoned on the calls that succeeded.',
    ],
  })
})

test('columns are the modes and then the variants', () => {
  expect(columnsOf(tight).map(({ mode }) => mode)).toEqual([
    'sequential',
    'batched',
    'safe',
    'parallel',
    'no governor',
  ])
})

test('the failed items of a variant are no problem of the scenario, and those of a mode are', () => {
  expect(tight.problems).toEqual(['Check failed: log is whole: expected 56 lines in parallel, got 54'])
})

test('a variant is in no claim and in no verdict', () => {
  const result = fixtureResult()
  const without = { ...result, scenarios: result.scenarios.map((one) => ({ ...one, variants: [] })) }
  const judged = ({ scenarios }: ReturnType<typeof resultFigures>) =>
    scenarios.map(({ claims, verdicts, problems }) => ({ claims, verdicts, problems }))
  expect(judged(resultFigures(result))).toEqual(judged(resultFigures(without)))
})
