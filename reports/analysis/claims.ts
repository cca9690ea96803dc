/**
 * The claims of the plan that this project was seeded with (performance-optimization-discovery.md), each set
 * against what the scenario measured. A ratio is judged as it is shown: rounded.
 */
import { formatDuration } from '../format/duration.ts'
import {
  formatCount,
  formatPercent,
  formatPerItem,
  formatQuantity,
  formatRatio,
  roundRatio,
} from '../format/number.ts'
import type { PhaseName } from '../result-schema.ts'
import type { ModeFigures, PhaseFigures } from './mode-figures.ts'
import { ratioOf } from './spread.ts'
import { PHASES } from './vocabulary.ts'

export type ClaimVerdict =
  | 'as expected'
  | 'better than expected'
  | 'less than expected'
  | 'not measured'
  /** The plan gives no figure: shown without judging. */
  | 'no figure in the plan'

export interface ClaimRow {
  readonly id: string
  /** The plan's words, in quotation marks, or what it leaves open. */
  readonly claim: string
  /** Section of the plan. */
  readonly source: string
  /** What was measured for it. */
  readonly subject: string
  readonly expected: string
  readonly measured: string
  /** The number judged; null where nothing was measured. */
  readonly value: number | null
  readonly verdict: ClaimVerdict
  /** Why, where the figures say so. */
  readonly note: string | null
}

interface Expectation {
  readonly id: string
  readonly claim: string
  readonly source: string
  readonly subject: string
  /** Null where the plan gives none. */
  readonly range: { readonly low: number; readonly high: number; readonly unit: string } | null
}

const TIER_1 = 'Tier 1: Zero-Risk Quick Wins'
const TIER_3 = 'Tier 3: Limited Parallelization'
const FEWER = { low: 5, high: 10, unit: ' fewer' }
const FEWER_CLAIM = '“~5-10x fewer DB roundtrips per epic/upload”'
/** The most that "Use 2-3 max" allows. */
const ADVISED_CONCURRENCY = 3

/** All claims for one scenario, in the plan's order; a mode that is missing gives `not measured`. */
export function claimsOf(modes: readonly ModeFigures[]): readonly ClaimRow[] {
  const find = (name: string) => modes.find((mode) => mode.mode === name)
  const sequential = find('sequential')
  const batched = find('batched')
  const safe = find('safe')
  const parallel = find('parallel')
  return [
    perItem('batched-writes-upload', 'card-analysis', 'batchedWritesPerItem', sequential, batched),
    perItem('batched-writes-epic', 'story-generation', 'batchedWritesPerItem', sequential, batched),
    perItem('round-trips-upload', 'card-analysis', 'roundTripsPerItem', sequential, batched),
    perItem('round-trips-epic', 'story-generation', 'roundTripsPerItem', sequential, batched),
    compare(
      {
        id: 'database-time',
        claim: '“Expected: 1.5-2x improvement on DB operations”',
        source: 'Plan 09-01: Quick Wins',
        subject: 'database time, sequential / batched',
        range: { low: 1.5, high: 2, unit: '' },
      },
      sequential,
      batched,
      (mode) => mode.roundTrips.databaseMs,
      formatDuration,
    ),
    withNote(
      compare(
        {
          id: 'tier-1-duration',
          claim: '“~1.5-2x improvement”',
          source: TIER_1,
          subject: 'end-to-end duration, sequential / batched',
          range: { low: 1.5, high: 2, unit: '' },
        },
        sequential,
        batched,
        (mode) => mode.duration.median,
        formatDuration,
      ),
      sequential === undefined ? null : databaseShareNote(sequential),
    ),
    compare(
      {
        id: 'tier-2-cost',
        claim: 'no figure is given for what safety costs',
        source: 'Tier 2: Safety Infrastructure',
        subject: 'end-to-end duration, safe / batched',
        range: null,
      },
      safe,
      batched,
      (mode) => mode.duration.median,
      formatDuration,
    ),
    compare(
      {
        id: 'tier-3-duration',
        claim: '“2-3x improvement potential”',
        source: TIER_3,
        subject: 'end-to-end duration, sequential / parallel',
        range: { low: 2, high: 3, unit: '' },
      },
      sequential,
      parallel,
      (mode) => mode.duration.median,
      formatDuration,
    ),
    ...PHASES.map(({ phase, label }) =>
      compare(
        {
          id: `tier-3-${phase}`,
          // The plan's Tier 3 names card analysis and story generation only.
          claim:
            phase === 'subtask-generation'
              ? 'no figure is given for this phase'
              : '“2-3x improvement potential”',
          source: TIER_3,
          subject: `${label}, sequential / parallel`,
          range: phase === 'subtask-generation' ? null : { low: 2, high: 3, unit: '' },
        },
        sequential,
        parallel,
        (mode) => phaseOf(mode, phase)?.duration.median ?? 0,
        formatDuration,
      ),
    ),
    rateLimitRow(sequential, parallel),
  ]
}

function perItem(
  id: string,
  phase: PhaseName,
  field: 'batchedWritesPerItem' | 'roundTripsPerItem',
  sequential: ModeFigures | undefined,
  batched: ModeFigures | undefined,
): ClaimRow {
  const words = PHASES.find((one) => one.phase === phase)
  const counted = field === 'roundTripsPerItem' ? 'all round trips' : words?.batchedShapes.join(' + ')
  return compare(
    {
      id,
      claim: FEWER_CLAIM,
      source: `${TIER_1}, Batch Database Operations`,
      subject: `${counted} per ${words?.item}, sequential / batched`,
      range: FEWER,
    },
    sequential,
    batched,
    (mode) => phaseOf(mode, phase)?.[field] ?? 0,
    formatPerItem,
  )
}

function compare(
  expectation: Expectation,
  before: ModeFigures | undefined,
  after: ModeFigures | undefined,
  figure: (mode: ModeFigures) => number,
  format: (value: number) => string,
): ClaimRow {
  const { range, ...words } = expectation
  const expected = range === null ? 'none given' : `${range.low}-${range.high}x${range.unit}`
  const missing = (measured: string): ClaimRow => ({
    ...words,
    expected,
    measured,
    value: null,
    verdict: 'not measured',
    note: null,
  })
  if (before === undefined || after === undefined) return missing('a mode it needs was not run')
  const unequal = [before, after].find((mode) => !mode.comparable)
  if (unequal !== undefined)
    return missing(`${unequal.mode} cannot be compared with a completed sequential run`)
  const value = ratioOf(figure(before), figure(after))
  if (value === null) return missing('there was none of it')
  return {
    ...words,
    expected,
    measured: `${formatRatio(value)}${range?.unit ?? ''} (${format(figure(before))} / ${format(figure(after))})`,
    value,
    verdict: range === null ? 'no figure in the plan' : judge(value, range.low, range.high),
    note: null,
  }
}

/** Where a ratio lies against the range that was promised. */
export function judge(value: number, low: number, high: number): ClaimVerdict {
  const shown = roundRatio(value)
  if (shown < low) return 'less than expected'
  return shown > high ? 'better than expected' : 'as expected'
}

function rateLimitRow(sequential: ModeFigures | undefined, parallel: ModeFigures | undefined): ClaimRow {
  const words = {
    id: 'rate-limit',
    claim: '“Concurrent Requests | ~10 (soft limit) | Use 2-3 max”',
    source: 'Anthropic Claude API Limits',
    subject: '429s and wasted attempts in parallel mode',
    expected: 'no 429 at 2-3 at once',
  }
  if (parallel === undefined) {
    return {
      ...words,
      measured: 'a mode it needs was not run',
      value: null,
      verdict: 'not measured',
      note: null,
    }
  }
  const atOnce = concurrencyOf(parallel)
  const { rateLimited, wastedAttempts, attempts } = parallel.api
  return {
    ...words,
    measured:
      `${formatCount(rateLimited)} × 429 and ${formatQuantity(wastedAttempts, 'wasted attempt')} ` +
      `in ${formatQuantity(attempts, 'attempt')}, at most ${atOnce} items at once`,
    value: rateLimited,
    verdict:
      atOnce > ADVISED_CONCURRENCY ? 'not measured' : rateLimited > 0 ? 'less than expected' : 'as expected',
    note:
      atOnce > ADVISED_CONCURRENCY
        ? `It ran with more at once than the plan advises (${ADVISED_CONCURRENCY}).`
        : sequential === undefined || rateLimited === 0
          ? null
          : `Sequential mode got ${formatCount(sequential.api.rateLimited)} × 429.`,
  }
}

/** The most items that the flags allow under way at once. */
export function concurrencyOf(mode: ModeFigures): number {
  return Math.max(mode.flags.parallelUploads, mode.flags.parallelEpics)
}

/** The most that the duration of a sequential run could gain if its database cost no time at all. */
export function freeDatabaseGain(sequential: ModeFigures): number | null {
  return sequential.databaseShare < 1 ? 1 / (1 - sequential.databaseShare) : null
}

function databaseShareNote(sequential: ModeFigures): string {
  const gain = freeDatabaseGain(sequential)
  const limit = gain === null ? '' : `: a database that cost nothing would give ${formatRatio(gain)}`
  return (
    `Database time is ${formatPercent(sequential.databaseShare)} of the sequential run ` +
    `(${formatDuration(sequential.roundTrips.databaseMs)}, ${formatCount(sequential.roundTrips.total)} round trips)${limit}.`
  )
}

function withNote(row: ClaimRow, note: string | null): ClaimRow {
  return row.verdict === 'not measured' ? row : { ...row, note }
}

function phaseOf(mode: ModeFigures, phase: PhaseName): PhaseFigures | undefined {
  return mode.phases.find((one) => one.phase === phase)
}
