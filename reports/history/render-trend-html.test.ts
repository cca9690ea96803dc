import { expect, test } from 'vitest'
import { chartsIn } from '../html/unpack-page.test-data.ts'
import { renderTrendHtml, type Trend } from './render-trend-html.tsx'

const trend: Trend = {
  scenario: 'smoke',
  mode: 'safe',
  metric: 'durationMs',
  unit: 'ms',
  start: 0,
  values: [120_000, 180_000],
  texts: ['2 min 00.0 s', '3 min 00.0 s'],
  changes: [],
  drift: null,
}

test('durations are drawn in the unit that suits them, as the table says them', () => {
  const page = renderTrendHtml({ labels: ['aaaaaaa', 'bbbbbbb'], notes: [], missing: [], trends: [trend] })
  const [chart] = chartsIn(page)
  expect(chart?.axis).toBe('s')
  expect(chart?.views[0]?.series[0]?.values).toEqual([
    [0, 120],
    [1, 180],
  ])
})

test('the page says which metrics are missing and where series begin anew, and draws one from where it began', () => {
  const page = renderTrendHtml({
    labels: ['aaaaaaa', 'bbbbbbb', 'ccccccc'],
    notes: ['All series begin anew at aaaaaaa.'],
    missing: [{ what: 'smoke, safe: calls', last: 1 }],
    trends: [{ ...trend, start: 1 }],
  })
  expect(page).toContain('All series begin anew at aaaaaaa.')
  expect(page).toContain('smoke, safe: calls, last in bbbbbbb')
  expect(chartsIn(page)[0]?.views[0]?.series[0]?.values).toEqual([
    [1, 120],
    [2, 180],
  ])
})

test('what drifted has a table of its own, with since when and from what', () => {
  const drift = { index: 0, before: '100.000 s', after: '103.658 s' }
  const page = (one: Trend) =>
    renderTrendHtml({ labels: ['aaaaaaa', 'bbbbbbb'], notes: [], missing: [], trends: [one] })
  expect(page(trend)).not.toContain('id="drift"')
  const text = page({ ...trend, drift })
  expect(text).toContain('A metric drifted')
  expect(text).toMatch(/aaaaaaa<\/td>.*100\.000 s<\/td>.*103\.658 s<\/td>/s)
})
