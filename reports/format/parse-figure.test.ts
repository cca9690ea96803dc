import { expect, test } from 'vitest'
import { formatDuration } from './duration.ts'
import { formatCost, formatCount, formatPercent, formatRatio } from './number.ts'
import { parseFigure } from './parse-figure.ts'

test.each([4.2, 412, 86_700, 723_200, 7_510_000])('a duration of %d ms is read back', (ms) => {
  expect(parseFigure(formatDuration(ms))).toBeCloseTo(ms, 6)
})

test.each([
  [formatCount(12_345), 12_345],
  [formatRatio(1.01), 1.01],
  [formatPercent(0.006), 0.6],
  [formatCost(0.42), 0.42],
  ['108 (56.5 %)', 108],
  ['86.7 s (85.0 s–88.1 s)', 86_700],
  ['−1.5 s', -1500],
])('%s is read as %d', (text, value) => {
  expect(parseFigure(text)).toBeCloseTo(value, 6)
})

test.each(['–', 'slot 1', '', 'sequential'])('%s is no figure', (text) => {
  expect(parseFigure(text)).toBeNull()
})
