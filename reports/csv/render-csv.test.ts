import { expect, test } from 'vitest'
import { fixtureResult } from '../fixture.test-data.ts'
import { renderCsv } from './render-csv.ts'

test('every line has the columns of the head, and ends as RFC 4180 has it', () => {
  const text = renderCsv(fixtureResult())
  const lines = text.split('\r\n')
  expect(lines.pop()).toBe('')
  expect(lines[0]).toMatch(/^scenario,kind,mode,value,repetition,clock,flags,durationMs,/)
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  const kinds = new Set(lines.slice(1).map((line) => line.split(',')[1]))
  expect(kinds).toEqual(
    new Set([
      'mode',
      'variant',
      'ablation added',
      'ablation alone',
      'ablation without',
      'scale',
      'concurrency',
    ]),
  )
})

test('quotes and commas stay in their field, and what a spreadsheet would run is set off', () => {
  const result = fixtureResult()
  const [first] = result.scenarios
  if (first === undefined) throw new Error('the fixture has no scenario')
  first.name = '=HYPERLINK("x"),1'
  expect(renderCsv(result).split('\r\n')[1]).toMatch(/^"'=HYPERLINK\(""x""\),1",mode,sequential,/)
})
