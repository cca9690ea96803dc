import { expect, test } from 'vitest'
import { search } from './find-limit.ts'

/** A system that holds up to `limit`, and what it was asked. */
async function searchFor(limit: number, first: number) {
  const asked: number[] = []
  const found = await search(first, async (rate) => {
    asked.push(rate)
    return rate <= limit
  })
  return { ...found, asked }
}

test.each([
  [10, 1],
  [10, 64],
  [0.3, 0.25],
])('a limit of %d is found from %d on, to a tenth', async (limit, first) => {
  const { held = 0, broken = 0 } = await searchFor(limit, first)
  expect([held <= limit, broken > limit, broken / held <= 1.1]).toEqual([true, true, true])
})

test('a system that nothing breaks has no limit that was seen, and the search ends', async () => {
  const { held, broken, asked } = await searchFor(Number.POSITIVE_INFINITY, 1)
  expect([held, broken, asked.length]).toEqual([1_024, undefined, 11])
})

test('a system that holds nothing has none either', async () => {
  const { held, broken } = await searchFor(0, 1)
  expect([held, broken]).toEqual([undefined, 1 / 1_024])
})
