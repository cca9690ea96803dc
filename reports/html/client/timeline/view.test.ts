import { expect, test } from 'vitest'
import { clamped, moved, zoomed } from './view.ts'

test('what the pointer is at stays where it is', () => {
  expect(zoomed({ from: 100, to: 300 }, 150, 0.5)).toEqual({ from: 125, to: 225 })
})

test('a view never leaves the run', () => {
  expect(clamped({ from: -50, to: 50 }, 1000)).toEqual({ from: 0, to: 100 })
  expect(clamped({ from: 950, to: 1050 }, 1000)).toEqual({ from: 900, to: 1000 })
  expect(clamped({ from: -500, to: 5000 }, 1000)).toEqual({ from: 0, to: 1000 })
})

test('there is an end to zooming in', () => {
  const near = { from: 0, to: 10 }
  expect(zoomed(near, 5, 0.5)).toEqual(near)
})

test('it moves by a share of what is seen', () => {
  expect(moved({ from: 100, to: 200 }, 0.25)).toEqual({ from: 125, to: 225 })
})
