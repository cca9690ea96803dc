/** What the figures of a scenario say about the plan, in plain words made from those figures. */
import { formatDuration } from '../format/duration.ts'
import { formatCount, formatPercent, formatQuantity, formatRatio, roundRatio } from '../format/number.ts'
import { type ClaimRow, type ClaimVerdict, concurrencyOf, freeDatabaseGain } from './claims.ts'
import type { ModeFigures } from './mode-figures.ts'
import { bindingLabel } from './vocabulary.ts'

export interface VerdictSentence {
  readonly verdict: ClaimVerdict
  readonly text: string
}

/** One sentence for each claim that was measured: Tier 1 three times, Tier 2, Tier 3, the rate limit. */
export function verdictSentences(
  rows: readonly ClaimRow[],
  modes: readonly ModeFigures[],
): readonly VerdictSentence[] {
  const row = (id: string) => rows.find((one) => one.id === id && one.verdict !== 'not measured')
  const mode = (name: string) => modes.find((one) => one.mode === name)
  return [
    tier1(row('tier-1-duration'), mode('sequential')),
    databaseTime(row('database-time')),
    roundTrips(
      row('batched-writes-upload'),
      row('batched-writes-epic'),
      row('round-trips-upload'),
      row('round-trips-epic'),
    ),
    tier2(row('tier-2-cost')),
    tier3(row('tier-3-duration'), mode('parallel')),
    rateLimit(row('rate-limit'), mode('parallel')),
  ].filter((sentence) => sentence !== null)
}

function tier1(row: ClaimRow | undefined, sequential: ModeFigures | undefined): VerdictSentence | null {
  if (row?.value == null || sequential === undefined) return null
  const gain = freeDatabaseGain(sequential)
  const ceiling = gain === null ? '' : `, so a database that cost nothing would give ${formatRatio(gain)}`
  return {
    verdict: row.verdict,
    text:
      `${opening(row.verdict)}Tier 1 alone ${effect(row.value)} end to end, ${against(row)}: ` +
      `database time is ${formatPercent(sequential.databaseShare)} of it${ceiling}.`,
  }
}

function databaseTime(row: ClaimRow | undefined): VerdictSentence | null {
  if (row?.value == null) return null
  return {
    verdict: row.verdict,
    text: `${opening(row.verdict)}Tier 1 makes the database work itself ${formatRatio(row.value)} faster, ${against(row)}.`,
  }
}

function roundTrips(
  writesUpload: ClaimRow | undefined,
  writesEpic: ClaimRow | undefined,
  allUpload: ClaimRow | undefined,
  allEpic: ClaimRow | undefined,
): VerdictSentence | null {
  if (!writesUpload || !writesEpic || !allUpload || !allEpic) return null
  const holdsForWrites = holds(writesUpload) && holds(writesEpic)
  const holdsForAll = holds(allUpload) && holds(allEpic)
  const writes = `${formatRatio(writesUpload.value)} fewer per upload, ${formatRatio(writesEpic.value)} per epic`
  const all = `${formatRatio(allUpload.value)} and ${formatRatio(allEpic.value)}`
  const verdict = holdsForAll ? 'as expected' : 'less than expected'
  const which = holdsForAll
    ? 'of all round trips'
    : holdsForWrites
      ? 'only of the writes that createMany batches'
      : 'neither of the writes that createMany batches nor of all round trips'
  return {
    verdict,
    text:
      `${holdsForWrites && !holdsForAll ? 'Partly as planned: ' : opening(verdict)}` +
      `“5-10x fewer round trips” holds ${which} (writes: ${writes}; all: ${all}).`,
  }
}

function tier2(row: ClaimRow | undefined): VerdictSentence | null {
  if (row?.value == null) return null
  const shown = roundRatio(row.value)
  const cost =
    shown === 1
      ? 'costs no time that shows'
      : shown > 1
        ? `takes ${formatPercent(row.value - 1)} longer`
        : `takes ${formatPercent(1 - row.value)} less time`
  return {
    verdict: row.verdict,
    text: `Not in the plan: Tier 2’s safety ${cost} end to end, against Tier 1 (${formatRatio(row.value)} its duration).`,
  }
}

function tier3(row: ClaimRow | undefined, parallel: ModeFigures | undefined): VerdictSentence | null {
  if (row?.value == null || parallel === undefined) return null
  const { lowerBound, efficiency } = parallel
  return {
    verdict: row.verdict,
    text:
      `${opening(row.verdict)}Tier 3 ${effect(row.value)} end to end, ${against(row)}: ` +
      `its lower bound is ${formatDuration(lowerBound.ms)}, set by ${bindingLabel(lowerBound.binding)}, ` +
      `efficiency ${formatPercent(efficiency)}.`,
  }
}

function rateLimit(row: ClaimRow | undefined, parallel: ModeFigures | undefined): VerdictSentence | null {
  if (row === undefined || parallel === undefined) return null
  const { rateLimited, wastedAttempts, attempts } = parallel.api
  const atOnce = concurrencyOf(parallel)
  if (rateLimited === 0) {
    return {
      verdict: row.verdict,
      text: `${opening(row.verdict)}with ${atOnce} at once, no attempt met a 429.`,
    }
  }
  const { binding } = parallel.lowerBound
  const limit =
    binding === 'critical-path' || binding === 'concurrency'
      ? ''
      : `: what binds here is ${bindingLabel(binding)}, not the number at once`
  return {
    verdict: row.verdict,
    text:
      `${opening(row.verdict)}with ${atOnce} at once, ${formatCount(rateLimited)} of ${formatQuantity(attempts, 'attempt')} ` +
      `met a 429 (${formatCount(wastedAttempts)} wasted)${limit}.`,
  }
}

function opening(verdict: ClaimVerdict): string {
  switch (verdict) {
    case 'as expected':
      return 'As planned: '
    case 'better than expected':
      return 'Better than the plan: '
    case 'less than expected':
      return 'Contradicts the plan: '
    case 'not measured':
    case 'no figure in the plan':
      return ''
  }
}

/** `makes this run 1.01x faster`. */
function effect(ratio: number): string {
  const shown = roundRatio(ratio)
  if (shown === 1) return 'leaves this run as long as it was (1.00x)'
  return shown > 1
    ? `makes this run ${formatRatio(ratio)} faster`
    : `makes this run ${formatRatio(1 / ratio)} slower`
}

function against(row: ClaimRow): string {
  switch (row.verdict) {
    case 'as expected':
      return `within the ${row.expected} claimed`
    case 'better than expected':
      return `more than the ${row.expected} claimed`
    default:
      return `not ${row.expected}`
  }
}

function holds(row: ClaimRow): boolean {
  return row.verdict === 'as expected' || row.verdict === 'better than expected'
}
