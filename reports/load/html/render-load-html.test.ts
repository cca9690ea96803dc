import { expect, test } from 'vitest'
import { chartsIn } from '../../html/unpack-page.test-data.ts'
import { LOAD_RESULT } from '../load-result.test-data.ts'
import type { Load, LoadResult } from '../load-schema.ts'
import { renderLoadHtml } from './render-load-html.tsx'

function resultWith(over: Partial<Load>, ofResult: Partial<LoadResult> = {}): LoadResult {
  const [load] = LOAD_RESULT.loads
  return { ...LOAD_RESULT, ...ofResult, loads: [{ ...(load as Load), ...over }] }
}
const titles = (result: LoadResult) => chartsIn(renderLoadHtml(result)).map(({ title }) => title)

test('a load has charts of arrivals, queue, calls, errors, latencies and resources', () => {
  expect(titles(resultWith({}, { knees: [] }))).toEqual([
    'Runs: arrivals and ends',
    'Runs under way, and jobs that wait',
    'Attempts at the mock, and its 429s',
    'Errors that clients saw',
    'How long runs took',
    'How long POST /runs took',
    'How long POST /runs/:id/process-next took',
    'How long GET /runs/:id took',
    'CPU of each process',
    'Memory of each process',
    'Delay of the event loop',
    'Waiting for a connection of the pool',
    'Sessions of PostgreSQL',
  ])
})

test('what nobody measured has no chart', () => {
  const series = (LOAD_RESULT.loads[0] as Load).series.map((bucket) => ({
    ...bucket,
    calls: null,
    database: null,
    errors: {},
  }))
  const shown = titles(resultWith({ series }, { knees: [] }))
  expect(shown).not.toContain('Attempts at the mock, and its 429s')
  expect(shown).not.toContain('Sessions of PostgreSQL')
  expect(shown).not.toContain('Errors that clients saw')
})

test('the knees of all tiers are one picture, with the objective across it', () => {
  const chart = chartsIn(renderLoadHtml(LOAD_RESULT)).find(({ id }) => id === 'knee-latency')
  expect(chart?.views[0]?.series.map(({ label }) => label)).toEqual([
    ...LOAD_RESULT.knees.map(({ mode, tier }) => `${mode} (tier ${tier})`),
    'objective',
  ])
  const [first] = LOAD_RESULT.knees[0]?.points ?? []
  // A rate a second is drawn as one a minute.
  expect(chart?.views[0]?.series[0]?.values[0]).toEqual([(first?.perSecond ?? 0) * 60, expect.any(Number)])
})

test('the table of a limit says why a rate did not hold', () => {
  const point = LOAD_RESULT.knees[0]?.points.at(-1)
  expect(renderLoadHtml(LOAD_RESULT)).toContain(`<td class="text">${point?.reason}</td>`)
})

test('what a chart of memory says in words has its unit', () => {
  expect(renderLoadHtml(LOAD_RESULT)).toMatch(
    /aria-label="Memory of each process\. engine 1: at most [\d.]+ MiB; engine 2/,
  )
})

test('a kill stands in the chart of runs where it was', () => {
  const chart = chartsIn(renderLoadHtml(LOAD_RESULT)).find(({ id }) => id === 'load-1-runs')
  const marks = chart?.views[0]?.series.find(({ label }) => label === 'disturbed')
  const atMs = LOAD_RESULT.loads[0]?.disturbances[0]?.atMs ?? 0
  expect(marks?.values).toEqual([[atMs / 60_000, 0]])
})

test('a broken threshold and a warning stand before the figures', () => {
  const page = renderLoadHtml(resultWith({ warnings: ['the generator was late'] }))
  const problems = /<ul class="problems">(.*?)<\/ul>/s.exec(page)?.[1] ?? ''
  expect(problems).toContain('dropped count&lt;1')
  expect(problems).toContain('the generator was late')
})

test('what the proxy counted is told for each run', () => {
  const captions = (result: LoadResult) =>
    [...renderLoadHtml(result).matchAll(/<caption[^>]*>(Round trips[^<]*)</g)].map(([, text]) => text)
  expect(captions(LOAD_RESULT)).toEqual([
    'Round trips with the database, counted by the proxy, which adds 5.0 ms to each: 45,012, 63.6 a run (real time)',
  ])
  expect(captions(resultWith({ roundTrips: null }))).toEqual([])
})

test('texts of the target are shown as text', () => {
  const kind = '<img src=x onerror=alert(1)>'
  const page = renderLoadHtml(resultWith({ errors: [{ kind, count: 1, retryable: false, example: kind }] }))
  expect(page).not.toContain('<img src=x')
  expect(page).toContain('&lt;img src=x')
})
