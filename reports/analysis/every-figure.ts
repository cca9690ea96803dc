/** Every figure of a mode as text, in groups: the table that leaves nothing out. */
import { formatDuration } from '../format/duration.ts'
import {
  formatCost,
  formatCount,
  formatPercent,
  formatPerItem,
  formatRatio,
  NO_FIGURE,
} from '../format/number.ts'
import { formatFlags } from '../format/provenance.ts'
import type { ModeFigures } from './mode-figures.ts'
import { formatSpread, type SummaryFigure } from './summary-figures.ts'
import { bindingLabel, PHASES, statusLabel, WAIT_CAUSES } from './vocabulary.ts'

export interface FigureGroup {
  readonly title: string
  readonly figures: readonly SummaryFigure[]
}

/** The groups that these modes need: a status or a part of the bound has a row where any mode has it. */
export function everyFigure(modes: readonly ModeFigures[]): readonly FigureGroup[] {
  const statuses = [...new Set(modes.flatMap((mode) => mode.api.errors.map((error) => error.status)))].sort(
    (a, b) => a - b,
  )
  const parts = [...new Set(modes.flatMap((mode) => Object.keys(mode.lowerBound.parts)))]
  return [
    { title: 'Duration', figures: durations() },
    { title: 'Database', figures: database() },
    {
      title: 'Claude API',
      figures: [
        { label: 'calls', text: ({ api }) => formatCount(api.calls) },
        { label: 'failed calls', text: ({ api }) => formatCount(api.failedCalls) },
        { label: 'attempts', text: ({ api }) => formatCount(api.attempts) },
        { label: 'wasted attempts', text: ({ api }) => formatCount(api.wastedAttempts) },
        ...statuses.map((status) => ({
          label: `attempts with ${statusLabel(status)}`,
          text: ({ api }: ModeFigures) =>
            formatCount(api.errors.find((error) => error.status === status)?.count ?? 0),
        })),
        { label: 'error rate of attempts', text: ({ api }) => formatPercent(api.errorRate) },
        { label: 'tokens in', text: ({ api }) => formatCount(api.inputTokens) },
        { label: 'tokens out', text: ({ api }) => formatCount(api.outputTokens) },
        { label: 'cost', text: (mode) => formatCost(mode.costUsd) },
      ],
    },
    {
      title: 'Waiting, sum over all tasks',
      figures: [
        ...WAIT_CAUSES.map(({ cause, label }) => ({
          label,
          text: ({ waits }: ModeFigures) =>
            formatDuration(waits.causes.find((one) => one.cause === cause)?.totalMs ?? 0),
        })),
        { label: 'all causes', text: ({ waits }) => formatDuration(waits.totalMs) },
      ],
    },
    {
      title: 'Limits',
      figures: [
        ...parts.map((part) => ({
          label: `lower bound by ${bindingLabel(part)}`,
          text: ({ lowerBound }: ModeFigures) => {
            const ms = lowerBound.parts[part]
            return ms === undefined ? NO_FIGURE : formatDuration(ms)
          },
        })),
        { label: 'lower bound', text: ({ lowerBound }) => formatDuration(lowerBound.ms) },
        { label: 'what binds', text: ({ lowerBound }) => bindingLabel(lowerBound.binding) },
        { label: 'efficiency', text: (mode) => formatPercent(mode.efficiency) },
      ],
    },
    { title: 'Output', figures: outputs() },
    {
      title: 'Run',
      figures: [
        { label: 'tier', text: ({ tier }) => (tier === null ? NO_FIGURE : String(tier)) },
        { label: 'flags', text: ({ flags }) => formatFlags(flags) },
        { label: 'invocations', text: (mode) => formatCount(mode.invocations) },
        { label: 'longest invocation', text: (mode) => formatDuration(mode.longestInvocationMs) },
        {
          label: 'repetitions',
          text: ({ repetitions, identical }) =>
            `${repetitions}${repetitions > 1 ? (identical ? ', identical' : ', different') : ''}`,
        },
        { label: 'real time of a repetition', text: ({ wall }) => formatSpread(wall) },
        { label: 'simulated against real time', text: (mode) => formatRatio(mode.simulationFactor) },
      ],
    },
  ]
}

function durations(): readonly SummaryFigure[] {
  return [
    { label: 'end to end', text: (mode) => formatSpread(mode.duration) },
    { label: 'speed-up', text: (mode) => formatRatio(mode.speedUp) },
    ...PHASES.flatMap(({ label }, index) => [
      { label, text: ({ phases }: ModeFigures) => formatSpread(phases[index]?.duration ?? NONE) },
      {
        label: `speed-up of ${label}`,
        text: ({ phases }: ModeFigures) => formatRatio(phases[index]?.speedUp ?? null),
      },
    ]),
  ]
}

function database(): readonly SummaryFigure[] {
  return [
    { label: 'round trips', text: ({ roundTrips }) => formatCount(roundTrips.total) },
    ...PHASES.flatMap(({ item, label, batchedShapes }, index) => [
      {
        label: `in ${label}`,
        text: ({ phases }: ModeFigures) => formatCount(phases[index]?.roundTrips ?? 0),
      },
      {
        label: `per ${item}`,
        text: ({ phases }: ModeFigures) => formatPerItem(phases[index]?.roundTripsPerItem ?? null),
      },
      {
        label: `${batchedShapes.join(' + ')} per ${item}`,
        text: ({ phases }: ModeFigures) => formatPerItem(phases[index]?.batchedWritesPerItem ?? null),
      },
    ]),
    { label: 'database time', text: ({ roundTrips }) => formatDuration(roundTrips.databaseMs) },
    { label: 'database time / duration', text: (mode) => formatPercent(mode.databaseShare) },
    { label: 'peak connections', text: (mode) => formatCount(mode.peakConnections) },
  ]
}

function outputs(): readonly SummaryFigure[] {
  return [
    { label: 'run status', text: ({ output }) => output.runStatus },
    ...(['uploads', 'cards', 'epics', 'stories', 'subtasks'] as const).map((name) => ({
      label: name,
      text: ({ output }: ModeFigures) => formatCount(output[name]),
    })),
    { label: 'log lines', text: ({ output }) => formatCount(output.logLines) },
    { label: 'failed items', text: ({ output }) => formatCount(output.failedItems) },
    { label: 'digest of the output', text: ({ output }) => output.digest.slice(0, 12) },
  ]
}

const NONE = { median: 0, min: 0, max: 0 }
