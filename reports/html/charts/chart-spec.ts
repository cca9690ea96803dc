/**
 * A chart as data: what the page's script draws, and the table that stands under it. Values are drawn in the
 * axis's unit; their texts are made from them, in the table and in the page's tooltips alike.
 */
import { formatIn, type ValueUnit } from '../../format/value-unit.ts'

/** What the page's script needs to draw it. */
export interface DrawnChart {
  readonly id: string
  readonly title: string
  readonly shape: 'bars' | 'lines'
  /** Of bars: what stands at each. Of lines: empty, or names for whole numbers of the x axis, from 0. */
  readonly labels: readonly string[]
  readonly stacked: boolean
  readonly horizontal: boolean
  readonly unit: ValueUnit
  /** Whether the axis of values begins at 0. @default true */
  readonly fromZero?: boolean
  /** Title of the axis of values, with unit and clock. */
  readonly axis: string
  /** Of lines: what runs from left to right. */
  readonly x: { readonly unit: ValueUnit; readonly axis: string; readonly stepped: boolean } | null
  /** One is shown; where there are several, the reader chooses which. */
  readonly views: readonly ChartView[]
  /** Index of the view shown first. */
  readonly firstView: number
  /** One text for each label, drawn at the end of its bar. */
  readonly ends: readonly string[] | null
}

export interface ChartView {
  readonly label: string
  readonly series: readonly ChartSeries[]
}

export interface ChartSeries {
  readonly label: string
  /** Name of the CSS variable that holds its colour in the theme in force. */
  readonly colour: string
  /** Of bars: one for each label, a pair where the bar floats, null for none. Of lines: points. */
  readonly values: readonly (number | null | readonly [number, number])[]
  /** `marks`: points without a line. `dashes`: a bound, not a measurement. */
  readonly style?: 'marks' | 'dashes'
}

/** A chart with its words and its table. */
export interface ChartSpec extends DrawnChart {
  /** What it says, for those who do not see it. */
  readonly summary: string
  /** What a reader must know to read it. */
  readonly note: string | null
  readonly table: ChartTable
}

export interface ChartTable {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A chart of bars, each series with one value (in its base unit) for each label. */
export function barChart(options: {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly note?: string | null
  readonly rowHeader: string
  readonly labels: readonly string[]
  readonly stacked?: boolean
  readonly horizontal?: boolean
  readonly unit: ValueUnit
  readonly axis: string
  readonly series: readonly {
    readonly label: string
    readonly colour: string
    readonly values: readonly (number | null)[]
  }[]
  /** A last column of the table, and the text at the end of each bar. */
  readonly ends?: { readonly header: string; readonly texts: readonly string[] }
  /** A column that is in the table alone. */
  readonly beside?: { readonly header: string; readonly texts: readonly string[] }
}): ChartSpec {
  const { rowHeader, labels, unit, series, ends, beside } = options
  const columns = [...(ends === undefined ? [] : [ends]), ...(beside === undefined ? [] : [beside])]
  return {
    id: options.id,
    title: options.title,
    summary: options.summary,
    note: options.note ?? null,
    shape: 'bars',
    labels,
    stacked: options.stacked ?? false,
    horizontal: options.horizontal ?? false,
    unit,
    axis: options.axis,
    x: null,
    views: [
      {
        label: '',
        series: series.map((one) => ({
          ...one,
          values: one.values.map((value) => (value === null ? null : drawn(value, unit))),
        })),
      },
    ],
    firstView: 0,
    ends: ends?.texts ?? null,
    table: {
      header: [rowHeader, ...series.map(({ label }) => label), ...columns.map(({ header }) => header)],
      rows: labels.map((label, row) => [
        label,
        ...series.map(({ values }) => textOf(values[row] ?? null, unit)),
        ...columns.map(({ texts }) => texts[row] ?? ''),
      ]),
    },
  }
}

/**
 * A value in the unit of its axis.
 * @param digits As many as its text in a tooltip needs: four for a share, six for a duration of hours.
 */
export function drawn(value: number, { per }: ValueUnit, digits = 6): number {
  return Number((value / per).toPrecision(digits))
}

/** The part of a chart that the page's script draws. */
export function drawnPart({ summary: _, note: __, table: ___, ...part }: ChartSpec): DrawnChart {
  return part
}

function textOf(value: number | null, unit: ValueUnit): string {
  return value === null ? '–' : formatIn(unit.kind, value)
}

/** The CSS variable of a mode's colour. */
export function modeColour(mode: string): string {
  const known = ['sequential', 'batched', 'safe', 'parallel']
  return `--mode-${known.includes(mode) ? mode : 'custom'}`
}
