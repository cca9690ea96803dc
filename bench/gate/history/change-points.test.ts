import { expect, test } from 'vitest'
import { changePoints } from './change-points.ts'

/** Noise between 0 and 1 that is the same each time. */
const noise = (n: number, seed = 1) =>
  Array.from({ length: n }, (_, index) => {
    const value = Math.sin((index + 1) * 12.9898 + seed * 78.233) * 43_758.5453
    return value - Math.floor(value)
  })

test('a step is found where it is', () => {
  const values = [...noise(20), ...noise(20, 2).map((value) => value + 2)]
  expect(changePoints(values).map(({ index }) => index)).toEqual([20])
})

test('a step without any noise is found where it is', () => {
  const values = [...Array(12).fill(100), ...Array(6).fill(100.3)]
  expect(changePoints(values).map(({ index }) => index)).toEqual([12])
})

test('two steps are found, and the way back is one of them', () => {
  const values = [...noise(15), ...noise(15, 2).map((value) => value + 3), ...noise(15, 3)]
  expect(changePoints(values).map(({ index }) => index)).toEqual([15, 30])
})

test('a drift of many small steps is found', () => {
  const values = noise(40).map((value, index) => value / 10 + index / 10)
  expect(changePoints(values).length).toBeGreaterThan(0)
})

test('noise has no change points, in 100 series at most three', () => {
  const alarms = Array.from({ length: 100 }, (_, seed) => changePoints(noise(30, seed)).length > 0)
  expect(alarms.filter(Boolean).length).toBeLessThanOrEqual(3)
})

test('a series that never changes has none, and neither has one outlier', () => {
  expect(changePoints(Array(30).fill(7))).toEqual([])
  expect(changePoints([...Array(15).fill(7), 9, ...Array(15).fill(7)])).toEqual([])
})

test('a series too short for two levels has none', () => {
  expect(changePoints([])).toEqual([])
  expect(changePoints([1, 1, 9, 9])).toEqual([])
})

test('the same series gives the same p values each time', () => {
  const values = [...noise(20), ...noise(20, 2).map((value) => value + 1)]
  expect(changePoints(values)).toEqual(changePoints(values))
})
