import { expect, test } from 'vitest'
import type { ModeResult } from '../result-schema.ts'
import { claimsOf, judge } from './claims.ts'
import { modeFigures } from './mode-figures.ts'
import { BATCHED_ROUND_TRIPS, smallMode, smallRepetition } from './small-mode.test-data.ts'
import { verdictSentences } from './verdict-sentences.ts'

const sequential = smallMode('sequential')
const batched = smallMode('batched', { durationMs: 60_800, roundTrips: BATCHED_ROUND_TRIPS })
const safe = smallMode('safe', { durationMs: 63_840, roundTrips: BATCHED_ROUND_TRIPS })
const parallel = smallMode('parallel', { durationMs: 24_400 })

function claims(...modes: ModeResult[]) {
  const baseline = modes.find((mode) => mode.mode === 'sequential')
  const figures = modes.map((mode) => modeFigures(mode, baseline))
  const rows = claimsOf(figures)
  return {
    row: (id: string) => rows.find((one) => one.id === id),
    texts: verdictSentences(rows, figures).map((sentence) => sentence.text),
  }
}

test('a ratio is judged as it is shown', () => {
  expect(judge(1.496, 1.5, 2)).toBe('as expected')
  expect(judge(1.494, 1.5, 2)).toBe('less than expected')
  expect(judge(2.004, 1.5, 2)).toBe('as expected')
  expect(judge(2.01, 1.5, 2)).toBe('better than expected')
})

test('fewer round trips are measured two ways: the writes that are batched, and all', () => {
  const { row } = claims(sequential, batched)
  expect(row('batched-writes-upload')).toMatchObject({ value: 6, verdict: 'as expected' })
  expect(row('batched-writes-epic')).toMatchObject({ value: 5, verdict: 'as expected' })
  expect(row('round-trips-upload')).toMatchObject({ verdict: 'less than expected' })
  expect(row('round-trips-upload')?.value).toBeCloseTo(8 / 3)
  expect(row('round-trips-epic')).toMatchObject({ value: 3, verdict: 'less than expected' })
})

test('the report says plainly which reading of fewer round trips holds', () => {
  expect(claims(sequential, batched).texts).toContain(
    'Partly as planned: “5-10x fewer round trips” holds only of the writes that createMany batches ' +
      '(writes: 6.00x fewer per upload, 5.00x per epic; all: 2.67x and 3.00x).',
  )
})

test('Tier 1 end to end contradicts the plan where the database is a small share, and the share says why', () => {
  const { row, texts } = claims(sequential, batched)
  expect(row('database-time')).toMatchObject({ value: 1.5, verdict: 'as expected' })
  expect(row('tier-1-duration')).toMatchObject({ verdict: 'less than expected' })
  expect(row('tier-1-duration')?.note).toContain('Database time is 1.0 % of the sequential run')
  expect(texts[0]).toBe(
    'Contradicts the plan: Tier 1 alone leaves this run as long as it was (1.00x) end to end, not 1.5-2x: ' +
      'database time is 1.0 % of it, so a database that cost nothing would give 1.01x.',
  )
})

test('Tier 1 end to end confirms the plan where the measurement does', () => {
  const fast = smallMode('batched', { durationMs: 36_000, roundTrips: BATCHED_ROUND_TRIPS })
  const { row, texts } = claims(sequential, fast)
  expect(row('tier-1-duration')).toMatchObject({ verdict: 'as expected' })
  expect(texts[0]).toMatch(
    /^As planned: Tier 1 alone makes this run 1\.69x faster end to end, within the 1\.5-2x/,
  )
})

test('a tier that makes the run slower is said to', () => {
  const slow = smallMode('batched', { durationMs: 122_000, roundTrips: BATCHED_ROUND_TRIPS })
  expect(claims(sequential, slow).texts[0]).toContain(
    'Tier 1 alone makes this run 2.00x slower end to end, not 1.5-2x',
  )
})

test('the cost of safety is shown without judging, as the plan gives no figure', () => {
  const { row, texts } = claims(sequential, batched, safe)
  expect(row('tier-2-cost')).toMatchObject({
    value: 1.05,
    verdict: 'no figure in the plan',
    expected: 'none given',
  })
  expect(texts.join(' ')).toContain('takes 5.0 % longer end to end')
})

test('Tier 3 is judged end to end and for the phases that the plan names', () => {
  const { row } = claims(sequential, parallel)
  expect(row('tier-3-duration')).toMatchObject({ value: 2.5, verdict: 'as expected' })
  expect(row('tier-3-card-analysis')).toMatchObject({ value: 1, verdict: 'less than expected' })
  expect(row('tier-3-subtask-generation')).toMatchObject({ value: 1, verdict: 'no figure in the plan' })
})

test('a 429 within the advised concurrency contradicts the advice, and what binds is named', () => {
  const { row, texts } = claims(sequential, parallel)
  expect(row('rate-limit')).toMatchObject({
    value: 1,
    verdict: 'less than expected',
    measured: '1 × 429 and 2 wasted attempts in 4 attempts, at most 3 items at once',
  })
  expect(texts.at(-1)).toContain('what binds here is output tokens per minute, not the number at once')
})

test('the advice on concurrency is not measured by a run beyond it', () => {
  const wide = { ...parallel, flags: { ...parallel.flags, parallelUploads: 8 } }
  expect(claims(sequential, wide).row('rate-limit')?.verdict).toBe('not measured')
})

test('a mode that is missing, or that did not finish, leaves its claims not measured', () => {
  const failed = smallMode('parallel', { output: { ...smallRepetition().output, runStatus: 'FAILED' } })
  expect(claims(sequential).row('tier-1-duration')?.verdict).toBe('not measured')
  expect(claims(sequential, failed).row('tier-3-duration')?.verdict).toBe('not measured')
  expect(claims(sequential).texts).toEqual([])
})
