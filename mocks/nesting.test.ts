import { expect, test } from 'vitest'
import { nestingProblem } from './nesting.ts'
import { clientOf, post } from './test-support.ts'

const PADDING = ' '.repeat(100_000)
const nested = (levels: number, open = '[', close = ']') => open.repeat(levels) + close.repeat(levels)

test.each<[string, string, boolean]>([
  ['lists', nested(10_001), true],
  ['objects', nested(10_001, '{"a":', '}'), true],
  ['lists that nothing closes', '['.repeat(10_001), true],
  ['as many levels as there may be', nested(10_000), false],
  ['lists side by side', `[${'[],'.repeat(10_001)}1]`, false],
  ['brackets in a string', `"${'['.repeat(10_001)}"`, false],
  ['brackets after an escaped quote', `"\\"${'['.repeat(10_001)}"`, false],
  ['lists after a string that ends in a backslash', `["\\\\",${nested(10_001)}]`, true],
  ['a string that nothing closes', `"${'['.repeat(10_001)}`, false],
])('a long text of %s is told to be too deep, or not', (_, json, expected) => {
  expect(nestingProblem(PADDING + json) !== undefined).toBe(expected)
})

test('a long text of more lists than a body may have is told', () => {
  expect(nestingProblem(`[${'[],'.repeat(1_000_000)}1]`)).toBe(
    'The request body has too many lists and objects.',
  )
})

test('a long text of as many lists with something in them is not', () => {
  expect(nestingProblem(`[${'["some text"],'.repeat(1_000_000)}1]`)).toBeUndefined()
})

test('a long body that is too deep is refused before it is parsed', async () => {
  const { clock, mock } = clientOf()
  const body = `{"model":"claude-sonnet-5","metadata":${nested(60_000)}}`
  const response = await clock.run(mock.fetch('https://api.anthropic.com/v1/messages', post(body)))
  expect([response.status, (await response.json()).error.message]).toEqual([
    400,
    'The request body is nested too deeply.',
  ])
})
