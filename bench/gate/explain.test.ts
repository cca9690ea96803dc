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
    'duration of card-analysis: 0.100 → 0.300 s',
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

test('what accounts for next to nothing of a longer phase is no cause of it', () => {
  const before = {
    metrics: { durationMs: 100_000, 'durationMs.card-analysis': 100_000, roundTrips: 20 },
    parts: {
      waits: {},
      statements: { 'card-analysis UPDATE Run': 20 },
      statementTime: { 'card-analysis UPDATE Run': 100 },
      answers: { 'card-analysis': 290_000 },
      idle: { 'card-analysis': 50 },
    },
  }
  const after = {
    metrics: { durationMs: 103_000, 'durationMs.card-analysis': 103_000, roundTrips: 21 },
    parts: {
      ...before.parts,
      waits: { 'card-analysis lock': 15 },
      statements: { 'card-analysis UPDATE Run': 21 },
      statementTime: { 'card-analysis UPDATE Run': 105 },
    },
  }
  expect(explain('durationMs', before, after)).toEqual([
    'duration of card-analysis: 100.000 → 103.000 s',
    'card-analysis: calls under way on average 2.90 → 2.82: the time lies between calls, and is neither a wait nor a round trip',
  ])
  const waiting = { ...after, parts: { ...after.parts, waits: { 'card-analysis lock': 2_000 } } }
  expect(explain('durationMs', before, waiting)).toEqual([
    'duration of card-analysis: 100.000 → 103.000 s',
    'card-analysis lock: waiting 0 → 2000 ms',
  ])
  // Of a count every statement is a cause.
  expect(explain('roundTrips', before, after)).toEqual(['card-analysis UPDATE Run: round trips 20 → 21'])
})
