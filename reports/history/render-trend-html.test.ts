import { expect, test } from 'vitest'
import { chartsIn } from '../html/unpack-page.test-data.ts'
import { renderTrendHtml, type Trend } from './render-trend-html.tsx'

const trend: Trend = {
  scenario: 'smoke',
  mode: 'safe',
  metric: 'durationMs',
  unit: 'ms',
  values: [120_000, 180_000],
  texts: ['2 min 00.0 s', '3 min 00.0 s'],
  changes: [],
}

test('durations are drawn in the unit that suits them, as the table says them', () => {
  const page = renderTrendHtml({ labels: ['aaaaaaa', 'bbbbbbb'], trends: [trend] })
  const [chart] = chartsIn(page)
  expect(chart?.axis).toBe('s')
  expect(chart?.views[0]?.series[0]?.values).toEqual([
    [0, 120],
    [1, 180],
  ])
})
