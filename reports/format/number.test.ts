import { expect, test } from 'vitest'
import {
  formatCost,
  formatCount,
  formatPercent,
  formatPerItem,
  formatQuantity,
  formatRatio,
  roundRatio,
} from './number.ts'

test('a ratio has two decimals, and one from ten on', () => {
  expect(formatRatio(1.0149)).toBe('1.01x')
  expect(formatRatio(9.999)).toBe('10.0x')
  expect(formatRatio(12.34)).toBe('12.3x')
  expect(formatRatio(null)).toBe('–')
})

test('the number that a verdict judges is the number shown', () => {
  expect(roundRatio(1.496)).toBe(1.5)
  expect(roundRatio(1.494)).toBe(1.49)
})

test('counts, shares and costs carry separators and units', () => {
  expect(formatCount(12345)).toBe('12,345')
  expect(formatPerItem(6.25)).toBe('6.3')
  expect(formatPerItem(null)).toBe('–')
  expect(formatPercent(0.0062)).toBe('0.6 %')
  expect(formatCost(0.42)).toBe('$0.42')
  expect(formatCost(0.0042)).toBe('$0.0042')
  expect(formatQuantity(1, 'upload')).toBe('1 upload')
  expect(formatQuantity(2, 'story', 'stories')).toBe('2 stories')
})
