import { expect, test } from 'vitest'
import { fixtureResult } from './fixture.test-data.ts'
import { parseResult } from './parse-result.ts'

test('a result survives being written and read', () => {
  expect(parseResult(JSON.parse(JSON.stringify(fixtureResult())))).toEqual(fixtureResult())
})

test('another schema version is refused with both versions and the one that wrote it', () => {
  expect(() => parseResult({ ...fixtureResult(), schemaVersion: 3, tierbench: '0.9.0' })).toThrow(
    'This result file has schemaVersion 3 and this tierbench reads schemaVersion 2: render it with the version that wrote it, tierbench 0.9.0, or run the bench again.',
  )
})

test('what is no result file is said to be none', () => {
  expect(() => parseResult([])).toThrow(
    'Expected a tierbench result file (an object with schemaVersion 2), got an array.',
  )
  expect(() => parseResult('x')).toThrow('got a string.')
  expect(() => parseResult(null)).toThrow('got null.')
  expect(() => parseResult({})).toThrow('got an object without it.')
})

test('a broken file is told by the paths of its problems, the first three of many', () => {
  const broken = { ...fixtureResult(), clock: 'sundial', wallMs: -1, scenarios: [], command: 7, extra: true }
  expect(() => parseResult(broken)).toThrow(
    /^The result file is broken \(wallMs: .+; clock: .+; command: .+; and 2 more\)\.$/,
  )
})
