import { expect, test } from 'vitest'
import { metricSum, parseMetrics } from './scrape-metrics.ts'

const TEXT = `# HELP calls Calls.
# TYPE calls counter
calls{status="200",path="/a\\"b,c"} 3
calls{status="429"} 4.5e1
up 1
late NaN
`

test('lines are read with their labels, what is no number is left out', () => {
  expect(parseMetrics(TEXT).map(({ name, labels, value }) => [name, labels.status, value])).toEqual([
    ['calls', '200', 3],
    ['calls', '429', 45],
    ['up', undefined, 1],
  ])
})

test('a sum is over the lines whose labels are those named', () => {
  const metrics = parseMetrics(TEXT)
  expect([metricSum(metrics, 'calls'), metricSum(metrics, 'calls', { status: '429' })]).toEqual([48, 45])
  expect(metricSum(metrics, 'other')).toBeUndefined()
})
