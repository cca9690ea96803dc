import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { fixtureResult } from '../fixture.test-data.ts'
import { renderTerminal } from './render-terminal.ts'

function widest(text: string): number {
  return Math.max(
    ...stripVTControlCharacters(text)
      .split('\n')
      .map((line) => line.length),
  )
}

test.each([40, 60, 80, 100, 120, 160, 200])('at %d columns no line is longer', (columns) => {
  expect(widest(renderTerminal(fixtureResult(), { columns, colour: true }))).toBeLessThanOrEqual(columns)
})

test('modes are columns on a narrow terminal and rows on a wide one', () => {
  const narrow = renderTerminal(fixtureResult(), { columns: 80, colour: false })
  const wide = renderTerminal(fixtureResult(), { columns: 200, colour: false })
  expect(narrow).toMatch(/^mode +sequential +batched +safe +parallel$/m)
  expect(wide).toMatch(/^mode +duration +speed-up +card analysis .+ efficiency$/m)
})

test('without colour there is no escape sequence, whatever a title holds', () => {
  const result = fixtureResult()
  const [first] = result.scenarios
  if (first !== undefined) first.title = 'red \u001b[31m\u0007'
  const text = renderTerminal(result, { columns: 80, colour: false })
  expect(text).not.toContain('\u001b')
  expect(text).not.toContain('\u0007')
})

test('a failed check is red', () => {
  const text = renderTerminal(fixtureResult(), { columns: 120, colour: true })
  expect(text).toContain(
    '\u001b[31m✗ Check failed: log is whole: expected 56 lines in parallel, got 54\u001b[39m',
  )
})

test('the clock is named and the last lines say what is modelled', () => {
  const lines = renderTerminal(fixtureResult(), { columns: 100, colour: false }).trimEnd().split('\n')
  expect(lines.slice(0, 2).join(' ')).toContain('times are of the virtual clock')
  expect(lines.at(-1)).toBe('- The network time of a round trip is set by the scenario: 2 ms.')
})

test('rendering twice gives the same text', () => {
  const render = () => renderTerminal(fixtureResult(), { columns: 80, colour: true })
  expect(render()).toBe(render())
})

test('a variant has a table beside its mode, and what it comes to in a sentence', () => {
  const text = renderTerminal(fixtureResult(), { columns: 80, colour: false })
  expect(text).toMatch(/^mode +parallel +no governor$/m)
  expect(text).toContain('· no governor: 2 of 56 items failed for good; ')
})

test('a check with a figure is shown where it passed, the others by their number', () => {
  const result = fixtureResult()
  const [first] = result.scenarios
  first?.checks.push({ name: 'quiet', ok: true, detail: 'unseen', shown: 'when failed' })
  const text = renderTerminal(result, { columns: 80, colour: false })
  expect(text).toContain('✓ Same output in every mode: digest 7d1a5412.\n✓ 1 other check passed.\n')
  expect(text).not.toContain('unseen')
})
