import { expect, test } from 'vitest'
import { type Timeline, type TimelineBar, timelineOf } from '../../../analysis/timeline.ts'
import { fixtureResult } from '../../../fixture.test-data.ts'
import { packTimeline, TICKS_PER_MS } from '../../charts/packed-timeline.ts'
import { barAt, firstFrom, lanesOf } from './lanes.ts'

const bar = (kind: TimelineBar['kind'], startMs: number, endMs: number): TimelineBar => ({
  kind,
  item: 0,
  startMs,
  endMs,
})

function laneOf(...bars: TimelineBar[]) {
  const counts = { calls: 0, attempts: 0, rateLimited: 0, answeringMs: 0, waitingMs: 0 }
  const timeline: Timeline = {
    durationMs: 100,
    items: ['epic 1'],
    invocations: [],
    lanes: [{ label: 'slot 1', bars, ...counts }],
  }
  const [lane] = lanesOf(packTimeline(timeline))
  if (lane === undefined) throw new Error('expected a lane')
  return lane
}

test('what was packed comes back to a tenth of a millisecond', () => {
  const repetition = fixtureResult().scenarios[1]?.modes[3]?.repetitions[0]
  if (repetition === undefined) throw new Error('expected parallel in the fixture')
  const timeline = timelineOf(repetition)
  const lanes = lanesOf(packTimeline(timeline))
  lanes.forEach(({ starts, ends }, index) => {
    const bars = timeline.lanes[index]?.bars ?? []
    expect(starts[starts.length - 1]).toBe(Math.round((bars[bars.length - 1]?.startMs ?? 0) * TICKS_PER_MS))
    expect(Math.max(...ends)).toBe(Math.round(Math.max(...bars.map(({ endMs }) => endMs)) * TICKS_PER_MS))
  })
})

test('a call that one attempt fills is told by the attempt alone', () => {
  expect(laneOf(bar('call', 0, 10), bar('card-analysis', 0, 10)).kinds).toHaveLength(1)
  expect(laneOf(bar('call', 0, 10), bar('429', 0, 2), bar('card-analysis', 4, 10)).kinds).toHaveLength(3)
})

test('a long bar that began before the view is not left out', () => {
  const lane = laneOf(bar('call', 0, 90), bar('429', 1, 2), bar('card-analysis', 80, 90))
  expect(firstFrom(lane, 50 * TICKS_PER_MS)).toBe(0)
})

test('under the pointer is what happens within a call, and the call where nothing else does', () => {
  const lane = laneOf(bar('call', 0, 90), bar('429', 1, 2), bar('card-analysis', 80, 90))
  expect(barAt(lane, ['epic 1'], 15, 0)).toMatchObject({ kind: '429', item: 'epic 1' })
  expect(barAt(lane, ['epic 1'], 500, 0)).toMatchObject({ kind: 'call' })
  expect(barAt(lane, ['epic 1'], 990, 0)).toBeNull()
})
