import { formatDuration } from '../../format/duration.ts'
import { NO_FIGURE } from '../../format/number.ts'
import { durationUnit, type ValueUnit } from '../../format/value-unit.ts'
import { type ChartSeries, type ChartSpec, drawn, modeColour } from '../../html/charts/chart-spec.ts'
import type { Knee, KneePoint } from '../load-schema.ts'
import { formatMode, formatRate } from '../load-tables.ts'

/** Rates are drawn by the minute. */
const PER_MINUTE: ValueUnit = { kind: 'number', per: 1 / 60, label: 'runs/min' }

/** What each tier holds: how long runs take, and how many end in time, as more arrive. */
export function kneeCharts(knees: readonly Knee[], objectiveMs: number | null): ChartSpec[] {
  if (knees.length === 0) return []
  const times = knees.flatMap(({ points }) => points.map(({ p95Ms }) => p95Ms ?? 0))
  const unit = durationUnit(Math.max(objectiveMs ?? 0, ...times))
  const line = (figure: (point: KneePoint) => number | null, of: ValueUnit): ChartSeries[] =>
    knees.map((knee) => ({
      label: formatMode(knee),
      colour: modeColour(knee.mode),
      values: knee.points.flatMap((point) => {
        const value = figure(point)
        return value === null ? [] : [[drawn(point.perSecond, PER_MINUTE, 4), drawn(value, of, 4)] as const]
      }),
    }))
  const rates = knees.flatMap(({ points }) => points.map(({ perSecond }) => drawn(perSecond, PER_MINUTE, 4)))
  const across = (text: string, value: number): ChartSeries => ({
    label: text,
    colour: '--figure-bound',
    style: 'dashes',
    values: [
      [Math.min(...rates), value],
      [Math.max(...rates), value],
    ],
  })
  const shared = {
    shape: 'lines',
    labels: [],
    stacked: false,
    horizontal: false,
    x: { unit: PER_MINUTE, axis: 'runs offered a minute, production time', stepped: false },
    firstView: 0,
    ends: null,
  } as const
  const table = (header: string, text: (point: KneePoint) => string) => ({
    header: ['mode', 'runs offered', header, 'held'],
    rows: knees.flatMap((knee) =>
      knee.points.map((point) => [
        formatMode(knee),
        formatRate(point.perSecond),
        text(point),
        point.held ? 'yes' : 'no',
      ]),
    ),
  })
  const summary = knees
    .map(
      (knee) =>
        `${formatMode(knee)}: ${knee.kneePerSecond === null ? 'no rate' : formatRate(knee.kneePerSecond)} held`,
    )
    .join('; ')
  return [
    {
      ...shared,
      id: 'knee-latency',
      title: 'How long runs take as more arrive: p95',
      summary,
      note: 'The knee is where the line leaves the ground. Each point is a load of its own.',
      unit,
      axis: `${unit.label}, p95, production time`,
      views: [
        {
          label: '',
          series: [
            ...line(({ p95Ms }) => p95Ms, unit),
            ...(objectiveMs === null ? [] : [across('objective', drawn(objectiveMs, unit, 4))]),
          ],
        },
      ],
      table: table('p95', ({ p95Ms }) => (p95Ms === null ? NO_FIGURE : formatDuration(p95Ms))),
    },
    {
      ...shared,
      id: 'knee-goodput',
      title: 'How many end in time: goodput',
      summary,
      note: 'Runs that completed within the objective. Where everything ends in time, goodput is what is offered.',
      unit: PER_MINUTE,
      axis: 'runs a minute, production time',
      views: [{ label: '', series: line(({ goodputPerSecond }) => goodputPerSecond, PER_MINUTE) }],
      table: table('goodput', ({ goodputPerSecond }) => formatRate(goodputPerSecond)),
    },
  ]
}
