import { expect, test } from 'vitest'
import { LOAD_RESULT } from '../../reports/load/load-result.test-data.ts'
import { ENDED } from './check-invariants.ts'
import { pointOf, search } from './find-limit.ts'

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

/** A load of 200 runs in time, of which so many had not ended, and after which one invariant is broken. */
function reasonAfter(unfinished: number, name: string) {
  const load = LOAD_RESULT.loads[0] as (typeof LOAD_RESULT.loads)[number]
  const zero = Object.fromEntries(Object.keys(load.runs).map((key) => [key, 0])) as typeof load.runs
  const runs = { ...zero, offered: 200, started: 200, completed: 200 - unfinished, unfinished }
  const invariants = [{ name, state: 'broken' as const, runs: 200, detail: 'run 7' }]
  return pointOf({ ...load, runs, invariants }, 1, Number.POSITIVE_INFINITY).reason
}

test.each([
  ['counters of a run do not agree, beside an unfinished run', 1, 'counters', 'an invariant broke: counters'],
  ['a run has not ended that its client did not give up', 0, ENDED, `an invariant broke: ${ENDED}`],
  ['the only run that has not ended is counted as unfinished', 1, ENDED, ''],
])('a point where %s: held or not', (_, unfinished, name, reason) => {
  expect(reasonAfter(unfinished, name)).toBe(reason)
})
