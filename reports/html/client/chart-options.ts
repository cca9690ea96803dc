import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  type ChartDataset,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
  type TooltipItem,
} from 'chart.js'
import { formatDrawn, type ValueUnit } from '../../format/value-unit.ts'
import type { ChartSeries, DrawnChart } from '../charts/chart-spec.ts'
import { endRoom, endTexts, keepRoundTicks } from './chart-plugins.ts'
import { colour, fontFamily } from './theme.ts'

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
)

type Drawn = ChartConfiguration<'bar' | 'line'>

/** Draws one view of a chart in the theme in force. */
export function drawChart(canvas: HTMLCanvasElement, spec: DrawnChart, view: number): Chart {
  Chart.defaults.font.family = fontFamily()
  const series = spec.views[view]?.series ?? []
  const configuration: Drawn = {
    type: spec.shape === 'bars' ? 'bar' : 'line',
    data: {
      labels: spec.shape === 'bars' ? labelsOf(spec) : [],
      datasets: series.map((one, index) =>
        spec.shape === 'bars' ? barsOf(spec, one) : lineOf(spec, one, index, coincidingAfter(series, index)),
      ),
    },
    options: {
      indexAxis: spec.horizontal ? 'y' : 'x',
      animation: false,
      maintainAspectRatio: false,
      layout: { padding: { right: endRoom(spec.ends), top: 2 } },
      scales: spec.shape === 'bars' ? barScales(spec) : lineScales(spec),
      interaction:
        spec.shape === 'bars'
          ? { mode: 'index', axis: spec.horizontal ? 'y' : 'x', intersect: false }
          : { mode: 'nearest', axis: 'x', intersect: false },
      plugins: {
        legend: {
          display: series.length > 1 || spec.stacked,
          position: 'top',
          align: 'start',
          labels: {
            color: colour('--ink'),
            boxWidth: 10,
            boxHeight: 10,
            useBorderRadius: true,
            borderRadius: 2,
            sort: (one, other) => (one.datasetIndex ?? 0) - (other.datasetIndex ?? 0),
            generateLabels: (chart) =>
              Chart.defaults.plugins.legend.labels
                .generateLabels(chart)
                .map((label) => ({ ...label, lineWidth: 0 })),
          },
        },
        tooltip: tooltipOf(spec),
      },
    },
    plugins: spec.ends === null ? [] : [endTexts(spec.ends)],
  }
  return new Chart(canvas, configuration as ChartConfiguration)
}

/** Upright charts have little room under each group: a label of several words takes two lines. */
function labelsOf({ labels, horizontal }: DrawnChart): (string | string[])[] {
  return labels.map((label) => (horizontal ? label : label.split(/ (?=\S+$)/)))
}

function barsOf(spec: DrawnChart, series: ChartSeries): ChartDataset<'bar' | 'line'> {
  const floats = isFloating(spec)
  return {
    type: 'bar',
    label: series.label,
    data: series.values as (number | [number, number] | null)[],
    backgroundColor: colour(series.colour),
    borderColor: colour('--surface'),
    borderWidth: spec.stacked ? { right: 1 } : 0,
    borderSkipped: false,
    borderRadius: spec.stacked ? 0 : 2,
    // Bars of a waterfall stand where their label does, whichever of the series they belong to.
    grouped: !floats,
    minBarLength: floats ? 2 : 0,
    maxBarThickness: 26,
    categoryPercentage: spec.labels.length === 1 ? 0.5 : 0.76,
    barPercentage: spec.stacked ? 0.9 : 0.94,
  }
}

/** How many of the lines after this one, which are drawn over it, are the same. */
function coincidingAfter(series: readonly ChartSeries[], index: number): number {
  const own = JSON.stringify(series[index]?.values)
  return series.slice(index + 1).filter(({ values }) => JSON.stringify(values) === own).length
}

/** @param above How many of the same lines are drawn over it: it is as much wider, and so is seen beside them. */
function lineOf(
  spec: DrawnChart,
  series: ChartSeries,
  index: number,
  above: number,
): ChartDataset<'bar' | 'line'> {
  const own = colour(series.colour)
  const marks = series.style === 'marks'
  const few = series.values.length <= 20
  return {
    type: 'line',
    label: series.label,
    data: (series.values as (readonly [number, number])[]).map(([x, y]) => ({ x, y })),
    borderColor: own,
    backgroundColor: own,
    borderWidth: 2 + 1.2 * above,
    // Chart.js draws the last first: what comes later here is more worth seeing.
    order: -index,
    borderDash: series.style === 'dashes' ? [5, 4] : [],
    showLine: !marks,
    stepped: spec.x?.stepped && !marks ? 'before' : false,
    pointStyle: marks ? 'triangle' : 'circle',
    pointRadius: marks ? 5 : few ? 3 : 0,
    pointHitRadius: 6,
  }
}

function isFloating({ views }: DrawnChart): boolean {
  return views.some(({ series }) => series.some(({ values }) => values.some(Array.isArray)))
}

function valueAxis(spec: DrawnChart) {
  return {
    stacked: spec.stacked,
    beginAtZero: spec.fromZero ?? true,
    bounds: spec.ends ? ('data' as const) : ('ticks' as const),
    afterBuildTicks: keepRoundTicks,
    border: { display: false },
    grid: { color: colour('--line') },
    ticks: { color: colour('--quiet'), maxTicksLimit: 6 },
    title: { display: true, text: spec.axis, color: colour('--quiet') },
  }
}

function barScales(spec: DrawnChart) {
  const [values, labels] = spec.horizontal ? (['x', 'y'] as const) : (['y', 'x'] as const)
  return {
    [values]: valueAxis(spec),
    [labels]: {
      stacked: spec.stacked,
      border: { color: colour('--line') },
      grid: { display: false },
      ticks: { color: colour('--ink'), autoSkip: false },
    },
  }
}

function lineScales(spec: DrawnChart) {
  const named = spec.labels.length > 0
  return {
    y: valueAxis(spec),
    x: {
      type: 'linear' as const,
      ...(named ? { min: -0.25, max: spec.labels.length - 0.75 } : {}),
      border: { color: colour('--line') },
      grid: { display: false },
      ticks: {
        color: colour('--quiet'),
        maxTicksLimit: named ? spec.labels.length : 8,
        maxRotation: 0,
        ...(named ? { callback: (value: string | number) => spec.labels[Number(value)] ?? '' } : {}),
      },
      ...(named
        ? {
            afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
              axis.ticks = spec.labels.map((_, value) => ({ value }))
            },
          }
        : {}),
      title: { display: true, text: spec.x?.axis ?? '', color: colour('--quiet') },
    },
  }
}

function tooltipOf(spec: DrawnChart) {
  const text = (unit: ValueUnit, value: number) => formatDrawn(unit, value)
  return {
    backgroundColor: colour('--ink'),
    titleColor: colour('--surface'),
    bodyColor: colour('--surface'),
    padding: 10,
    boxPadding: 4,
    filter: ({ raw }: TooltipItem<'bar' | 'line'>) => raw !== null,
    callbacks: {
      title: ([item]: TooltipItem<'bar' | 'line'>[]) => {
        if (item === undefined) return ''
        if (spec.x === null) return spec.labels[item.dataIndex] ?? ''
        const { x } = item.parsed
        if (x === null) return ''
        return spec.labels[x] ?? text(spec.x.unit, x)
      },
      label: ({ dataset, raw, parsed }: TooltipItem<'bar' | 'line'>) => {
        const name = ` ${dataset.label}: `
        if (Array.isArray(raw)) return name + text(spec.unit, Math.abs(Number(raw[1]) - Number(raw[0])))
        return name + text(spec.unit, Number(spec.horizontal ? parsed.x : parsed.y))
      },
    },
  }
}
