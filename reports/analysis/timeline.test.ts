import { expect, test } from 'vitest'
import { fixtureResult } from '../fixture.test-data.ts'
import type { Repetition } from '../result-schema.ts'
import { timelineOf } from './timeline.ts'

function repetition(mode: string): Repetition {
  const [, tight] = fixtureResult().scenarios
  const found = tight?.modes.find((one) => one.mode === mode)?.repetitions[0]
  if (found === undefined) throw new Error(`expected ${mode} in the fixture`)
  return found
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

test('one task at a time takes one slot', () => {
  expect(timelineOf(repetition('sequential')).lanes.map(({ label }) => label)).toEqual(['slot 1'])
})

test('there are as many slots as items were ever under way at once', () => {
  expect(timelineOf(repetition('parallel')).lanes).toHaveLength(3)
})

test('items of one slot do not overlap', () => {
  for (const { bars } of timelineOf(repetition('parallel')).lanes) {
    const calls = bars.filter(({ kind }) => kind === 'call')
    calls.slice(1).forEach(({ startMs }, index) => {
      expect(startMs).toBeGreaterThanOrEqual((calls[index]?.endMs ?? 0) - 0.01)
    })
  }
})

test('no call, attempt or wait is lost or shown twice', () => {
  const from = repetition('parallel')
  const { lanes } = timelineOf(from)
  expect(sum(lanes.map(({ calls }) => calls))).toBe(from.calls.length)
  expect(sum(lanes.map(({ attempts }) => attempts))).toBe(from.attempts.length)
  expect(sum(lanes.map(({ rateLimited }) => rateLimited))).toBe(
    from.attempts.filter(({ status }) => status === 429).length,
  )
  expect(sum(lanes.map(({ bars }) => bars.length))).toBe(
    from.calls.length + from.attempts.length + from.waits.length,
  )
})

test('what is of no item has a lane of its own', () => {
  const from = repetition('sequential')
  const waits = from.waits.map((wait, index) => (index === 0 ? { ...wait, item: null } : wait))
  const { lanes } = timelineOf({ ...from, waits })
  expect(lanes.map(({ label, bars }) => [label, bars.length])).toEqual([
    ['slot 1', expect.any(Number)],
    ['not of one item', 1],
  ])
})

test('an item that goes on in the next invocation does not hold its slot in between', () => {
  const from = repetition('sequential')
  const [call] = from.calls
  if (call === undefined) throw new Error('expected a call')
  const at = (id: number, item: string, startMs: number, endMs: number) => ({
    ...call,
    id,
    item,
    startMs,
    endMs,
  })
  const { lanes } = timelineOf({
    ...from,
    attempts: [],
    waits: [],
    calls: [at(0, 'epic 1', 0, 10), at(1, 'epic 2', 20, 30), at(2, 'epic 1', 50, 60)],
    invocations: [
      { startMs: 0, endMs: 40, outcome: 'continue' },
      { startMs: 45, endMs: 60, outcome: 'completed' },
    ],
  })
  expect(lanes).toHaveLength(1)
})
