import type { DurationHistory } from '../../analysis/result-index.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatQuantity, NO_FIGURE } from '../../format/number.ts'
import { COUNT_UNIT, durationUnit } from '../../format/value-unit.ts'
import { type ChartSpec, drawn, modeColour } from './chart-spec.ts'

/** How long each mode of a scenario took in each result, oldest on the left. */
export function historyChart(id: string, history: DurationHistory): ChartSpec {
  const { scenario, clock, labels, others, modes } = history
  const unit = durationUnit(Math.max(0, ...modes.flatMap(({ values }) => values.map((value) => value ?? 0))))
  const text = (value: number | null | undefined) =>
    value === null || value === undefined ? NO_FIGURE : formatDuration(value)
  return {
    id,
    title: `Duration over the results: ${scenario}`,
    summary: modes
      .map(({ mode, values }) => `${mode}: ${text(values[0])} at first, ${text(values.at(-1))} at last`)
      .join('; '),
    note:
      others === 0
        ? null
        : `Left out: ${formatQuantity(others, 'result')} of another workload, seed or clock than the newest.`,
    shape: 'lines',
    labels,
    stacked: false,
    horizontal: false,
    unit,
    axis: `${unit.label}, ${clock}`,
    x: { unit: COUNT_UNIT, axis: 'started', stepped: false },
    views: [
      {
        label: '',
        series: modes.map(({ mode, values }) => ({
          label: mode,
          colour: modeColour(mode),
          values: values.flatMap((value, at) => (value === null ? [] : [[at, drawn(value, unit)] as const])),
        })),
      },
    ],
    firstView: 0,
    ends: null,
    table: {
      header: ['started', ...modes.map(({ mode }) => mode)],
      rows: labels.map((label, at) => [label, ...modes.map(({ values }) => text(values[at]))]),
    },
  }
}
