/** The figures of a mode as texts, in one order: what the tables of the terminal and of Markdown share. */
import { formatDuration } from '../format/duration.ts'
import { formatCost, formatCount, formatPercent, formatRatio } from '../format/number.ts'
import type { ModeFigures } from './mode-figures.ts'
import type { Spread } from './spread.ts'

export interface SummaryFigure {
  readonly label: string
  readonly text: (mode: ModeFigures) => string
}

export const SUMMARY_FIGURES: readonly SummaryFigure[] = [
  { label: 'duration', text: (mode) => formatDuration(mode.duration.median) },
  { label: 'speed-up', text: (mode) => formatRatio(mode.speedUp) },
  { label: 'card analysis', text: (mode) => phaseDuration(mode, 0) },
  { label: 'stories', text: (mode) => phaseDuration(mode, 1) },
  { label: 'subtasks', text: (mode) => phaseDuration(mode, 2) },
  { label: 'round trips', text: (mode) => formatCount(mode.roundTrips.total) },
  { label: 'calls', text: (mode) => formatCount(mode.api.calls) },
  { label: 'attempts', text: (mode) => formatCount(mode.api.attempts) },
  { label: '429s', text: ({ api }) => formatRejected(api) },
  { label: 'wasted', text: (mode) => formatCount(mode.api.wastedAttempts) },
  { label: 'failed items', text: (mode) => formatCount(mode.output.failedItems) },
  { label: 'waiting', text: (mode) => formatDuration(mode.waits.totalMs) },
  { label: 'invocations', text: (mode) => formatCount(mode.invocations) },
  { label: 'longest of them', text: (mode) => formatDuration(mode.longestInvocationMs) },
  { label: 'cost', text: (mode) => formatCost(mode.costUsd) },
  { label: 'efficiency', text: (mode) => formatPercent(mode.efficiency) },
]

/** `108 (56.5 %)`: attempts answered with 429, and their share of all. */
export function formatRejected({ rateLimited, attempts }: ModeFigures['api']): string {
  if (rateLimited === 0 || attempts === 0) return formatCount(rateLimited)
  return `${formatCount(rateLimited)} (${formatPercent(rateLimited / attempts)})`
}

/** `86.7 s`, with `(85.0 s–88.1 s)` where repetitions differ. */
export function formatSpread(spread: Spread): string {
  const median = formatDuration(spread.median)
  if (spread.min === spread.max) return median
  return `${median} (${formatDuration(spread.min)}–${formatDuration(spread.max)})`
}

function phaseDuration(mode: ModeFigures, index: number): string {
  return formatDuration(mode.phases[index]?.duration.median ?? 0)
}
