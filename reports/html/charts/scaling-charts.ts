import { formatDuration } from '../../format/duration.ts'
import { formatCount, formatPercent } from '../../format/number.ts'
import { COUNT_UNIT, durationUnit, SHARE_UNIT } from '../../format/value-unit.ts'
import type { ScalingCurve, ScalingPoint } from '../../result-schema.ts'
import { type ChartSpec, type ChartTable, drawn, modeColour } from './chart-spec.ts'

const AXES = {
  scale: { title: 'as the workload grows', x: 'times the documents of the scenario', head: 'times' },
  concurrency: { title: 'with more at once', x: 'uploads and epics at once', head: 'at once' },
} satisfies Record<ScalingCurve['axis'], object>

/** Duration and efficiency of each mode against size or concurrency, two charts for each axis there is. */
export function scalingCharts(
  id: string,
  curves: readonly ScalingCurve[],
  clock: string,
): readonly ChartSpec[] {
  return (['scale', 'concurrency'] as const).flatMap((axis) => {
    const own = curves.filter((curve) => curve.axis === axis && curve.points.length > 0)
    return own.length === 0 ? [] : chartsOf(`${id}-${axis}`, axis, own, clock)
  })
}

function chartsOf(id: string, axis: ScalingCurve['axis'], curves: readonly ScalingCurve[], clock: string) {
  const words = AXES[axis]
  const unit = durationUnit(
    Math.max(...curves.flatMap(({ points }) => points.map(({ durationMs }) => durationMs))),
  )
  const shared = {
    shape: 'lines',
    labels: [],
    stacked: false,
    horizontal: false,
    x: { unit: COUNT_UNIT, axis: words.x, stepped: false },
    firstView: 0,
    ends: null,
    note: null,
    summary: curves.map(({ mode, points }) => `${mode}: ${endsOf(points)}`).join('; '),
  } as const
  return [
    {
      ...shared,
      id: `${id}-duration`,
      title: `Duration ${words.title}`,
      unit,
      axis: `${unit.label}, ${clock}`,
      table: tableOf(words.head, curves, {
        duration: ({ durationMs }) => formatDuration(durationMs),
        'lower bound': ({ lowerBoundMs }) => formatDuration(lowerBoundMs),
        'round trips': ({ roundTrips }) => formatCount(roundTrips),
        'failed items': ({ failedItems }) => formatCount(failedItems),
      }),
      views: [
        {
          label: '',
          series: curves.flatMap(({ mode, points }) => [
            {
              label: mode,
              colour: modeColour(mode),
              values: points.map(({ value, durationMs }) => [value, drawn(durationMs, unit)] as const),
            },
            {
              label: `${mode}, lower bound`,
              colour: modeColour(mode),
              style: 'dashes' as const,
              values: points.map(({ value, lowerBoundMs }) => [value, drawn(lowerBoundMs, unit)] as const),
            },
          ]),
        },
      ],
    },
    {
      ...shared,
      id: `${id}-efficiency`,
      title: `Efficiency ${words.title}`,
      unit: SHARE_UNIT,
      axis: 'efficiency, %',
      table: tableOf(words.head, curves, {
        efficiency: ({ efficiency }) => formatPercent(efficiency),
        calls: ({ calls }) => formatCount(calls),
        attempts: ({ attempts }) => formatCount(attempts),
        '429s': ({ refused429 }) => formatCount(refused429),
      }),
      views: [
        {
          label: '',
          series: curves.map(({ mode, points }) => ({
            label: mode,
            colour: modeColour(mode),
            values: points.map(({ value, efficiency }) => [value, drawn(efficiency, SHARE_UNIT)] as const),
          })),
        },
      ],
    },
  ] satisfies ChartSpec[]
}

function tableOf(
  head: string,
  curves: readonly ScalingCurve[],
  columns: Readonly<Record<string, (point: ScalingPoint) => string>>,
): ChartTable {
  return {
    header: ['mode', head, ...Object.keys(columns)],
    rows: curves.flatMap(({ mode, points }) =>
      points.map((point) => [
        mode,
        formatCount(point.value),
        ...Object.values(columns).map((text) => text(point)),
      ]),
    ),
  }
}

/** From the first point to the last, in words. */
function endsOf(points: readonly ScalingPoint[]): string {
  const text = (point: ScalingPoint | undefined) =>
    point === undefined ? '' : `${formatDuration(point.durationMs)} at ${point.value}`
  return `${text(points[0])}, ${text(points[points.length - 1])}`
}
