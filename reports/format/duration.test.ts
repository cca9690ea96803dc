import { expect, test } from 'vitest'
import { axisUnit, formatDuration } from './duration.ts'

test.each([
  [0, '0 ms'],
  [4.23, '4.2 ms'],
  [9.96, '10 ms'],
  [412.4, '412 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [86_700, '86.7 s'],
  [99_940, '99.9 s'],
  [99_970, '1 min 40.0 s'],
  [723_200, '12 min 03.2 s'],
  [3_599_980, '1 h 00 min 00 s'],
  [7_510_000, '2 h 05 min 10 s'],
])('%d ms reads %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test('an axis counts in the unit that suits its greatest value', () => {
  expect(axisUnit(900).label).toBe('ms')
  expect(axisUnit(90_000).label).toBe('s')
  expect(axisUnit(900_000).label).toBe('min')
})
