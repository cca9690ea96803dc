/** Results side by side as pictures: those of the report of one result, a bar or a row for each result. */
import {
  type ComparedFigure,
  type ComparedMode,
  type Comparison,
  PHASE_FIGURES,
} from '../../analysis/comparison.ts'
import { formatChange, letterOf } from '../../analysis/comparison-tables.ts'
import { PHASES } from '../../analysis/vocabulary.ts'
import { COUNT_UNIT, durationUnit, RATIO_UNIT, SHARE_UNIT, type ValueUnit } from '../../format/value-unit.ts'
import { barChart, type ChartSpec } from './chart-spec.ts'

type Results = Comparison['results']

/** The first, which the others are held against, is grey; from the seventh on colours come again. */
const COLOURS = [
  '--figure-bound',
  '--figure-measured',
  '--figure-saved',
  '--figure-wasted',
  '--mode-safe',
  '--mode-custom',
  '--limit-input-tokens',
]

/** @returns none for a scenario that only one of the results has */
export function comparisonCharts(
  anchor: string,
  { modes }: Comparison['scenarios'][number],
  results: Results,
  clock: string,
): readonly ChartSpec[] {
  if (modes.length === 0) return []
  const durations = durationUnit(greatest(modes, 'duration'))
  const waits = durationUnit(greatest(modes, 'waiting'))
  const chart = (name: string, label: string, title: string, unit: ValueUnit, axis: string) =>
    figureChart({ id: `${anchor}-${name}`, label, title, unit, axis }, modes, results)
  return [
    phaseChart(`${anchor}-phases`, modes, results, { unit: durations, axis: `${durations.label}, ${clock}` }),
    chart('speed-up', 'speed-up', 'Speed-up against sequential', RATIO_UNIT, 'times as fast as sequential'),
    chart('efficiency', 'efficiency', 'Efficiency', SHARE_UNIT, 'lower bound as % of the duration'),
    chart('round-trips', 'round trips', 'Round trips', COUNT_UNIT, 'round trips with the database'),
    chart('attempts', 'attempts', 'Attempts', COUNT_UNIT, 'requests to Claude'),
    chart('waits', 'waiting', 'Waiting, sum over all tasks', waits, `${waits.label}, ${clock}`),
  ]
}

function phaseChart(
  id: string,
  modes: readonly ComparedMode[],
  results: Results,
  { unit, axis }: { readonly unit: ValueUnit; readonly axis: string },
): ChartSpec {
  const rows = modes.flatMap(({ mode, figures }) =>
    results.flatMap((_, index) => {
      const [end] = figuresOf(figures, 'duration')
      if (end === undefined || (end.measured[index] ?? null) === null) return []
      const change = formatChange(end.changes[index] ?? null)
      return [{ label: `${mode} ${letterOf(index)}`, figures, index, text: end.values[index] ?? '', change }]
    }),
  )
  const chart = barChart({
    id,
    title: 'Duration by phase',
    summary: rows.map(({ label, text, change }) => `${label}: ${text} ${change}`.trim()).join('; '),
    rowHeader: 'mode and result',
    labels: rows.map(({ label }) => label),
    stacked: true,
    horizontal: true,
    unit,
    axis,
    series: PHASES.map(({ phase, label }, at) => ({
      label,
      colour: `--phase-${phase}`,
      values: rows.map((row) => figuresOf(row.figures, PHASE_FIGURES[at] ?? '')[0]?.measured[row.index] ?? 0),
    })),
    ends: { header: 'end to end', texts: rows.map(({ text }) => text) },
    beside: { header: 'against A', texts: rows.map(({ change }) => change) },
  })
  return { ...chart, ends: rows.map(({ text, change }) => `${text} ${change}`.trim()) }
}

function figureChart(
  what: {
    readonly id: string
    readonly label: string
    readonly title: string
    readonly unit: ValueUnit
    readonly axis: string
  },
  modes: readonly ComparedMode[],
  results: Results,
): ChartSpec {
  const figures = modes.map((mode) => figuresOf(mode.figures, what.label)[0])
  const columns = results.flatMap((_, index) =>
    index === 0 ? ['A'] : [letterOf(index), `${letterOf(index)} against A`],
  )
  const cells = (figure: ComparedFigure | undefined) =>
    results.flatMap((_, index) => {
      const value = figure?.values[index] ?? ''
      return index === 0 ? [value] : [value, formatChange(figure?.changes[index] ?? null)]
    })
  const rows = modes.map(({ mode }, at) => [mode, ...cells(figures[at])])
  const chart = barChart({
    ...what,
    summary: rows.map(([mode, ...texts]) => `${mode}: ${texts.filter(Boolean).join(', ')}`).join('; '),
    rowHeader: 'mode',
    labels: modes.map(({ mode }) => mode),
    series: results.map((_, index) => ({
      label: letterOf(index),
      colour: COLOURS[index % COLOURS.length] ?? '',
      values: figures.map((figure) => figure?.measured[index] ?? null),
    })),
  })
  return { ...chart, table: { header: ['mode', ...columns], rows } }
}

function figuresOf(figures: readonly ComparedFigure[], label: string): readonly ComparedFigure[] {
  return figures.filter((figure) => figure.label === label)
}

function greatest(modes: readonly ComparedMode[], label: string): number {
  const values = modes.flatMap(({ figures }) => figuresOf(figures, label).flatMap(({ measured }) => measured))
  return Math.max(0, ...values.map((value) => value ?? 0))
}
