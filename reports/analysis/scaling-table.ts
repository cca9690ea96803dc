import type { ScalingCurve } from '../curves-schema.ts'
import { formatDuration } from '../format/duration.ts'
import { formatCount, formatPercent, formatRatio } from '../format/number.ts'
import { gainOf } from './ablation-table.ts'
import type { FigureTable } from './figure-table.ts'
import { ratioOf } from './spread.ts'

/** One curve: how a mode grows with its workload, or with the slots that it has. */
export function scalingTable({ axis, mode, points }: ScalingCurve): FigureTable {
  const [first] = points
  const isScale = axis === 'scale'
  return {
    title: isScale ? `${mode}: with more documents` : `${mode}: with more at once`,
    intro: isScale
      ? 'Times the documents of the scenario. Growth: duration against the first line.'
      : 'Uploads at once, and epics or stories at once. Gain: duration of the first line against this one.',
    header: [
      isScale ? 'documents' : 'at once',
      'duration',
      isScale ? 'growth' : 'gain',
      'round trips',
      'calls',
      '429s',
      'failed items',
      'lower bound',
      'efficiency',
    ],
    rows: points.map((point) => [
      isScale ? `${point.value}x` : String(point.value),
      formatDuration(point.durationMs),
      formatRatio(
        isScale ? (first ? ratioOf(point.durationMs, first.durationMs) : null) : gainOf(first, point),
      ),
      formatCount(point.roundTrips),
      formatCount(point.calls),
      formatCount(point.refused429),
      formatCount(point.failedItems),
      formatDuration(point.lowerBoundMs),
      formatPercent(point.efficiency),
    ]),
    optional: [4, 7, 6],
    findings: isScale ? [] : turningPoint(points),
  }
}

/** From where on more at once is no gain: it is no longer faster by a percent, or items fail for good. */
function turningPoint(points: ScalingCurve['points']): readonly string[] {
  const failing = points.find((point) => point.failedItems > 0)
  const good = failing === undefined ? points : points.slice(0, points.indexOf(failing))
  const fastest = Math.min(...good.map((point) => point.durationMs))
  const enough = good.find((point) => point.durationMs <= fastest * 1.01)
  const most = good.at(-1)
  return [
    ...(failing === undefined ? [] : [`From ${failing.value} at once on, items fail for good.`]),
    ...(enough === undefined || most === undefined || enough === most
      ? []
      : [
          `${enough.value} at once are enough: up to ${most.value}, none is faster than ${formatDuration(enough.durationMs)} by more than 1 %.`,
        ]),
  ]
}
