import { expect, test } from 'vitest'
import { LOAD_RESULT } from './load-result.test-data.ts'
import { formatRate } from './load-tables.ts'
import { renderLoadMarkdown } from './render-load-markdown.ts'
import { renderLoadTerminal } from './render-load-terminal.ts'

const terminal = renderLoadTerminal(LOAD_RESULT, { colour: false, columns: 120 })
const NARROW = { colour: false, columns: 72 }
const markdown = renderLoadMarkdown(LOAD_RESULT)

test.each([
  ['the arrivals', '15/min for 45 min 00.0 s, as a Poisson process'],
  ['what was done on purpose', 'kill -9 of engine 2'],
  ['what was logged as an error', 'Connection terminated unexpectedly'],
  ['a threshold that broke', '✗ Threshold dropped count'],
  ['an invariant that nobody could look at', '· Not checked: every run leaves'],
  ['the time scale', 'Time scale 50'],
  ['why a rate did not hold', 'above the objective'],
  ['what else the machine did', '71.0 % of the load, at most 93.0 %; 20.0 % with other things'],
  ['the limit of each tier', 'The limit of sequential (tier 0): 6.6/min held, 7.62/min did not'],
])('the terminal shows %s', (_, text) => {
  // Lines are broken where the terminal ends.
  expect(terminal.replace(/\n +/g, ' ')).toContain(text)
})

test('no line is wider than the terminal', () => {
  const narrow = renderLoadTerminal(LOAD_RESULT, NARROW)
  const tooWide = narrow.split('\n').filter((line) => line.length > NARROW.columns)
  expect(tooWide).toEqual([])
})

test('a text that is longer than a line is broken', () => {
  const [load] = LOAD_RESULT.loads
  if (!load) throw new Error('expected a load')
  const loggedErrors = [{ process: 'engine 1', message: 'no more connections '.repeat(15), count: 2 }]
  const text = renderLoadTerminal({ ...LOAD_RESULT, loads: [{ ...load, loggedErrors }] }, NARROW)
  expect(text.split('\n').filter((line) => line.length > NARROW.columns)).toEqual([])
})

test('the Markdown says why a rate did not hold', () => {
  expect(markdown).toContain(LOAD_RESULT.knees[0]?.points.at(-1)?.reason)
})

test('the Markdown has the same figures as the terminal', () => {
  const [load] = LOAD_RESULT.loads
  const p95 = load?.routes[1]?.latency?.count.toLocaleString('en-US') ?? 'none'
  expect([terminal.includes(p95), markdown.includes(p95)]).toEqual([true, true])
})

test('text from a service is shown as it is, and makes no Markdown and no HTML', () => {
  const [load] = LOAD_RESULT.loads
  if (!load) throw new Error('expected a load')
  const hostile = { kind: '500', count: 1, retryable: false, example: '<img src=x> | **bold** \u001b[2J' }
  const result = { ...LOAD_RESULT, loads: [{ ...load, errors: [hostile] }] }
  const text = renderLoadTerminal(result, { colour: false, columns: 200 })
  expect(renderLoadMarkdown(result)).not.toMatch(/<img|\*\*bold/)
  expect(text.includes('\u001b')).toBe(false)
})

test.each([
  [0, '0/s'],
  [12.34, '12.3/s'],
  [0.25, '15/min'],
  [0.001, '3.6/h'],
])('a rate of %d per second is shown as %s', (perSecond, text) => {
  expect(formatRate(perSecond)).toBe(text)
})
