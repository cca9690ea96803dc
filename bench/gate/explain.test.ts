import { expect, test } from 'vitest'
import { explain } from './explain.ts'

const metrics = { peakConnections: 2, durationMs: 300, 'durationMs.card-analysis': 100, roundTrips: 4 }

test('more connections are not explained by phases that became shorter', () => {
  const after = { ...metrics, peakConnections: 4, durationMs: 250, 'durationMs.card-analysis': 50 }
  expect(explain('peakConnections', { metrics, parts: {} }, { metrics: after, parts: {} })).toEqual([
    'no cause was found: looked at calls under way at once, statements within transactions, round trips',
  ])
})

test('only what moved in the direction of the harm is named', () => {
  const before = { metrics, parts: { statements: { 'card-analysis A': 9, 'card-analysis B': 1 } } }
  const after = {
    metrics: { ...metrics, roundTrips: 5 },
    parts: { statements: { 'card-analysis A': 2, 'card-analysis B': 2 } },
  }
  expect(explain('roundTrips', before, after)).toEqual(['card-analysis B: round trips 1 → 2'])
})

test('a longer phase in which nothing that is measured grew says so', () => {
  const after = { ...metrics, durationMs: 500, 'durationMs.card-analysis': 300 }
  expect(explain('durationMs', { metrics, parts: {} }, { metrics: after, parts: {} })).toEqual([
    'duration of card-analysis: 100 → 300 ms',
    expect.stringContaining('no cause was found in card-analysis: looked at'),
  ])
})

test('a statement that takes the place of another one is named with it', () => {
  const before = { metrics, parts: { statements: { 'card-analysis INSERT RunLog': 4 } } }
  const after = {
    metrics: { ...metrics, durationMs: 400, 'durationMs.card-analysis': 200 },
    parts: { statements: { 'card-analysis WITH': 4 } },
  }
  expect(explain('durationMs', before, after)).toContain(
    'card-analysis WITH: round trips 0 → 4, in place of INSERT RunLog',
  )
})

test('time that is neither of a call nor a wait is named where it is most of what a phase took longer', () => {
  const before = { metrics, parts: { statements: { 'card-analysis A': 9 }, idle: { 'card-analysis': 20 } } }
  const after = {
    metrics: { ...metrics, durationMs: 500, 'durationMs.card-analysis': 300 },
    parts: { ...before.parts, idle: { 'card-analysis': 220 } },
  }
  const idle = 'card-analysis: time without a call or a wait 20 → 220 ms'
  expect(explain('durationMs', before, after)).toContain(idle)
  const aQuarter = { ...after, parts: { ...after.parts, idle: { 'card-analysis': 70 } } }
  expect(explain('durationMs', before, aQuarter).join()).not.toContain('time without a call or a wait 20')
})
