import { NO_FIGURE } from '../../format/number.ts'
import { durationUnit, formatIn, type ValueUnit } from '../../format/value-unit.ts'
import { type ChartSpec, drawn } from '../../html/charts/chart-spec.ts'
import type { Load } from '../load-schema.ts'
import type { LoadBucket } from '../load-series-schema.ts'

/** A line of a chart over the time of a load. */
export interface OverTime {
  readonly label: string
  /** Name of the CSS variable of its colour. */
  readonly colour: string
  /** In the base unit of the chart; null where there is nothing to say. */
  readonly of: (bucket: LoadBucket) => number | null
  /** @default a line */
  readonly style?: 'marks'
}

/** Figures of a load over its time. Null where none of the lines has a value. */
export function overTimeChart(options: {
  readonly id: string
  readonly title: string
  readonly note?: string
  readonly unit: ValueUnit
  readonly axis: string
  readonly load: Load
  readonly lines: readonly OverTime[]
}): ChartSpec | null {
  const { load, unit, axis } = options
  const time = durationUnit(Math.max(0, ...load.series.map(({ atMs }) => atMs)))
  // Other kinds say their unit themselves.
  const label = unit.kind === 'number' ? ` ${unit.label}` : ''
  const lines = options.lines
    .map((line) => valuesOf(line, load.series))
    .filter(({ values }) => values.some(({ value }) => value !== null))
  if (lines.length === 0) return null
  return {
    id: options.id,
    title: options.title,
    summary: lines
      .map((line) => `${line.label}: at most ${formatIn(unit.kind, greatest(line))}${label}`)
      .join('; '),
    note: options.note ?? null,
    shape: 'lines',
    labels: [],
    stacked: false,
    horizontal: false,
    unit,
    axis,
    x: { unit: time, axis: `${time.label} from the first arrival, production time`, stepped: false },
    views: [
      {
        label: '',
        series: lines.map(({ values, ...line }) => ({
          ...line,
          values: values.flatMap(({ atMs, value }) =>
            value === null ? [] : [[drawn(atMs, time, 4), drawn(value, unit, 4)] as const],
          ),
        })),
      },
    ],
    firstView: 0,
    ends: null,
    table: {
      header: ['from', ...lines.map(({ label }) => label)],
      rows: load.series.map(({ atMs }, at) => [
        formatIn('duration', atMs),
        ...lines.map(({ values }) => {
          const value = values[at]?.value ?? null
          return value === null ? NO_FIGURE : formatIn(unit.kind, value)
        }),
      ]),
    },
  }
}

interface Line extends Omit<OverTime, 'of'> {
  readonly values: readonly { readonly atMs: number; readonly value: number | null }[]
}

function valuesOf({ of, ...line }: OverTime, series: readonly LoadBucket[]): Line {
  return { ...line, values: series.map((bucket) => ({ atMs: bucket.atMs, value: of(bucket) })) }
}

function greatest({ values }: Line): number {
  return Math.max(...values.map(({ value }) => value ?? 0))
}
