/** The modes of a scenario side by side: durations, requests, waits, what the limits would allow. */
import type { ModeFigures } from '../../analysis/mode-figures.ts'
import { bindingLabel, PHASES, WAIT_CAUSES } from '../../analysis/vocabulary.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatCount, formatPercent, formatRatio, NO_FIGURE } from '../../format/number.ts'
import { COUNT_UNIT, durationUnit, RATIO_UNIT } from '../../format/value-unit.ts'
import { barChart, type ChartSpec, modeColour } from './chart-spec.ts'

export function phaseChart(id: string, modes: readonly ModeFigures[], clock: string): ChartSpec {
  const unit = durationUnit(Math.max(...modes.map((mode) => mode.duration.median)))
  return barChart({
    id,
    title: 'Duration by phase',
    summary: list(modes, (mode) => formatDuration(mode.duration.median)),
    ...rowsOf(modes),
    stacked: true,
    horizontal: true,
    unit,
    axis: `${unit.label}, ${clock}`,
    series: PHASES.map(({ phase, label }, index) => ({
      label,
      colour: `--phase-${phase}`,
      values: modes.map((mode) => mode.phases[index]?.duration.median ?? 0),
    })),
    ends: { header: 'end to end', texts: modes.map((mode) => formatDuration(mode.duration.median)) },
  })
}

export function speedUpChart(id: string, modes: readonly ModeFigures[]): ChartSpec {
  return barChart({
    id,
    title: 'Speed-up against sequential',
    summary: list(modes, (mode) => formatRatio(mode.speedUp)),
    rowHeader: 'span',
    labels: ['end to end', ...PHASES.map((words) => words.label)],
    unit: RATIO_UNIT,
    axis: 'times as fast as sequential',
    series: modes.map((mode) => ({
      label: mode.mode,
      colour: modeColour(mode.mode),
      values: [mode.speedUp, ...mode.phases.map((phase) => phase.speedUp)],
    })),
  })
}

export function callChart(id: string, modes: readonly ModeFigures[]): ChartSpec {
  return barChart({
    id,
    title: 'Calls, attempts and 429s',
    summary: list(
      modes,
      ({ api }) =>
        `${api.calls} calls, ${api.attempts} attempts, ${api.wastedAttempts} wasted, ${api.rateLimited} 429s`,
    ),
    ...rowsOf(modes),
    unit: COUNT_UNIT,
    axis: 'requests to Claude',
    series: [
      { label: 'calls', colour: '--figure-calls', values: modes.map(({ api }) => api.calls) },
      { label: 'attempts', colour: '--figure-attempts', values: modes.map(({ api }) => api.attempts) },
      {
        label: 'wasted attempts',
        colour: '--figure-wasted',
        values: modes.map(({ api }) => api.wastedAttempts),
      },
      { label: '429s', colour: '--figure-429', values: modes.map(({ api }) => api.rateLimited) },
    ],
  })
}

export function waitChart(id: string, modes: readonly ModeFigures[], clock: string): ChartSpec {
  const unit = durationUnit(Math.max(...modes.map((mode) => mode.waits.totalMs)))
  const of = (mode: ModeFigures, index: number) => mode.waits.causes[index]?.totalMs ?? 0
  return barChart({
    id,
    title: 'Waiting by cause, sum over all tasks',
    summary: list(modes, (mode) => formatDuration(mode.waits.totalMs)),
    ...rowsOf(modes),
    stacked: true,
    horizontal: true,
    unit,
    axis: `${unit.label}, ${clock}`,
    // A cause that no mode knew would be a legend without a bar; the table of every figure has it.
    series: WAIT_CAUSES.flatMap(({ cause, label }, index) =>
      modes.some((mode) => of(mode, index) > 0)
        ? [{ label, colour: `--wait-${cause}`, values: modes.map((mode) => of(mode, index)) }]
        : [],
    ),
    ends: { header: 'all causes', texts: modes.map((mode) => formatDuration(mode.waits.totalMs)) },
  })
}

export function lowerBoundChart(id: string, modes: readonly ModeFigures[], clock: string): ChartSpec {
  const unit = durationUnit(Math.max(...modes.map((mode) => mode.duration.median)))
  const binds = modes.map((mode) => bindingLabel(mode.lowerBound.binding))
  return barChart({
    id,
    title: 'Efficiency: measured against the lower bound',
    summary: list(
      modes,
      (mode) =>
        `efficiency ${formatPercent(mode.efficiency)}, bound by ${bindingLabel(mode.lowerBound.binding)}`,
    ),
    note:
      new Set(binds).size === 1
        ? `What binds in every mode: ${binds[0]}.`
        : `What binds: ${modes.map((mode, index) => `${mode.mode} ${binds[index]}`).join(', ')}.`,
    ...rowsOf(modes),
    horizontal: true,
    unit,
    axis: `${unit.label}, ${clock}`,
    series: [
      {
        label: 'lower bound',
        colour: '--figure-bound',
        values: modes.map((mode) => mode.lowerBound.ms),
      },
      { label: 'measured', colour: '--figure-measured', values: modes.map((mode) => mode.duration.median) },
    ],
    ends: { header: 'efficiency', texts: modes.map((mode) => formatPercent(mode.efficiency)) },
    beside: { header: 'what binds', texts: binds },
  })
}

/** Shapes beyond these are few round trips each; the table of shapes has them all. */
const MOST_SHAPES = 12

export function roundTripChart(id: string, modes: readonly ModeFigures[]): ChartSpec {
  const counts = new Map<string, number>()
  for (const { shape, count } of modes.flatMap((mode) => mode.roundTrips.shapes)) {
    counts.set(shape, Math.max(counts.get(shape) ?? 0, count))
  }
  const all = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([shape]) => shape)
  const shapes = all.slice(0, MOST_SHAPES)
  const chart = barChart({
    id,
    title: 'Round trips by statement',
    summary: list(modes, (mode) => `${formatCount(mode.roundTrips.total)} round trips in all`),
    note:
      counts.size > MOST_SHAPES
        ? `The ${MOST_SHAPES} most frequent of ${counts.size} statements; all are in the table.`
        : null,
    rowHeader: 'statement',
    labels: shapes,
    horizontal: true,
    unit: COUNT_UNIT,
    axis: 'round trips with the database',
    series: modes.map((mode) => ({
      label: mode.mode,
      colour: modeColour(mode.mode),
      values: shapes.map((shape) => mode.roundTrips.shapes.find((one) => one.shape === shape)?.count ?? 0),
    })),
  })
  const text = (mode: ModeFigures, shape: string) => {
    const found = mode.roundTrips.shapes.find((one) => one.shape === shape)
    return found === undefined ? NO_FIGURE : `${formatCount(found.count)} (${formatDuration(found.totalMs)})`
  }
  return {
    ...chart,
    table: {
      header: ['statement', ...modes.map(({ mode }) => mode)],
      rows: all.map((shape) => [shape, ...modes.map((mode) => text(mode, shape))]),
    },
  }
}

function rowsOf(modes: readonly ModeFigures[]) {
  return { rowHeader: 'mode', labels: modes.map(({ mode }) => mode) }
}

function list(modes: readonly ModeFigures[], text: (mode: ModeFigures) => string): string {
  return modes.length === 0 ? NO_FIGURE : modes.map((mode) => `${mode.mode}: ${text(mode)}`).join('; ')
}
