import { COUNT_UNIT, durationUnit, SHARE_UNIT, type ValueUnit } from '../../format/value-unit.ts'
import type { ChartSpec } from '../../html/charts/chart-spec.ts'
import type { Load } from '../load-schema.ts'
import type { BucketLatency, LoadBucket, ProcessSample } from '../load-series-schema.ts'
import { type OverTime, overTimeChart } from './over-time-chart.ts'

/** Bytes are drawn as MiB. */
const MIB_UNIT: ValueUnit = { kind: 'number', per: 1, label: 'MiB' }
const MIB = 2 ** 20
/** Of processes, kinds of errors and the like, in the order in which they come. */
const COLOURS = [
  '--mode-batched',
  '--figure-wasted',
  '--mode-safe',
  '--mode-parallel',
  '--mode-custom',
  '--wait-lock',
]

/** How a load went over its time: what was asked of the system, what it gave, and what it took. */
export function loadCharts(id: string, load: Load): ChartSpec[] {
  return [...flowCharts(id, load), ...latencyCharts(id, load), ...resourceCharts(id, load)].filter(
    (chart) => chart !== null,
  )
}

function flowCharts(id: string, load: Load): (ChartSpec | null)[] {
  const each = `a piece of ${load.wallBucketMs / 1_000} s of real time`
  const kinds = [...new Set(load.series.flatMap(({ errors }) => Object.keys(errors)))]
  return [
    overTimeChart({
      id: `${id}-runs`,
      title: 'Runs: arrivals and ends',
      unit: COUNT_UNIT,
      axis: `runs in ${each}`,
      load,
      lines: [
        { label: 'started', colour: '--figure-calls', of: ({ started }) => started },
        { label: 'completed', colour: '--figure-saved', of: ({ finished }) => finished },
        { label: 'dropped', colour: '--figure-wasted', of: ({ dropped }) => dropped },
        { label: 'failed', colour: '--figure-error', of: ({ failed }) => failed },
        {
          label: 'disturbed',
          colour: '--figure-429',
          style: 'marks',
          of: (bucket) => (disturbed(load, bucket) ? 0 : null),
        },
      ],
    }),
    overTimeChart({
      id: `${id}-queue`,
      title: 'Runs under way, and jobs that wait',
      note: 'A line that rises for as long as runs arrive is a system that cannot keep up.',
      unit: COUNT_UNIT,
      axis: 'at the end of each piece',
      load,
      lines: [
        { label: 'runs under way', colour: '--figure-measured', of: ({ inFlight }) => inFlight },
        { label: 'jobs in the queue', colour: '--figure-wasted', of: sumOf(({ queued }) => queued) },
        {
          label: 'invocations under way',
          colour: '--mode-safe',
          of: sumOf(({ invocations }) => invocations),
        },
      ],
    }),
    overTimeChart({
      id: `${id}-calls`,
      title: 'Attempts at the mock, and its 429s',
      unit: COUNT_UNIT,
      axis: `attempts in ${each}`,
      load,
      lines: [
        { label: 'attempts', colour: '--figure-calls', of: ({ calls }) => calls?.attempts ?? null },
        { label: '429', colour: '--figure-429', of: ({ calls }) => calls?.rateLimited ?? null },
      ],
    }),
    overTimeChart({
      id: `${id}-errors`,
      title: 'Errors that clients saw',
      unit: COUNT_UNIT,
      axis: `errors in ${each}`,
      load,
      lines: kinds.map((kind, at) => ({
        label: kind,
        colour: colour(at),
        of: ({ errors }) => errors[kind] ?? 0,
      })),
    }),
  ]
}

function latencyCharts(id: string, load: Load): (ChartSpec | null)[] {
  const chart = (name: string, title: string, of: (bucket: LoadBucket) => BucketLatency | null) => {
    const unit = durationUnit(Math.max(0, ...load.series.map((bucket) => of(bucket)?.p99Ms ?? 0)))
    return overTimeChart({
      id: `${id}-${name}`,
      title,
      note: 'From when each was meant to start, by when it ended. Percentiles of a piece with few ends jump.',
      unit,
      axis: `${unit.label}, production time`,
      load,
      lines: [
        { label: 'p50', colour: '--mode-batched', of: (bucket) => of(bucket)?.p50Ms ?? null },
        { label: 'p95', colour: '--figure-wasted', of: (bucket) => of(bucket)?.p95Ms ?? null },
        { label: 'p99', colour: '--figure-429', of: (bucket) => of(bucket)?.p99Ms ?? null },
      ],
    })
  }
  return [
    chart('completion', 'How long runs took', ({ completion }) => completion),
    ...load.routes.map(({ route }, at) =>
      chart(`route-${at + 1}`, `How long ${route} took`, ({ latency }) => latency[route] ?? null),
    ),
  ]
}

function resourceCharts(id: string, load: Load): (ChartSpec | null)[] {
  const names = [...new Set(load.series.flatMap(({ processes }) => processes.map(({ name }) => name)))]
  const perProcess = (figure: (sample: ProcessSample) => number | null): OverTime[] =>
    names.map((name, at) => ({
      label: name,
      colour: colour(at),
      of: ({ processes }) => {
        const sample = processes.find((one) => one.name === name)
        return sample ? figure(sample) : null
      },
    }))
  const delays = perProcess(({ wallEventLoopDelayP99Ms }) => wallEventLoopDelayP99Ms)
  const delayUnit = durationUnit(
    Math.max(0, ...delays.flatMap(({ of }) => load.series.map((bucket) => of(bucket) ?? 0))),
  )
  return [
    overTimeChart({
      id: `${id}-cpu`,
      title: 'CPU of each process',
      unit: SHARE_UNIT,
      axis: '% of one core, real time',
      load,
      lines: perProcess(({ cpu }) => cpu),
    }),
    overTimeChart({
      id: `${id}-memory`,
      title: 'Memory of each process',
      unit: MIB_UNIT,
      axis: 'MiB resident',
      load,
      lines: perProcess(({ rssBytes }) => rssBytes / MIB),
    }),
    overTimeChart({
      id: `${id}-event-loop`,
      title: 'Delay of the event loop',
      unit: delayUnit,
      axis: `${delayUnit.label}, p99, real time`,
      load,
      lines: delays,
    }),
    overTimeChart({
      id: `${id}-pool`,
      title: 'Waiting for a connection of the pool',
      unit: COUNT_UNIT,
      axis: 'requests that wait',
      load,
      lines: perProcess(({ poolWaiting }) => poolWaiting),
    }),
    overTimeChart({
      id: `${id}-database`,
      title: 'Sessions of PostgreSQL',
      unit: COUNT_UNIT,
      axis: 'sessions, from pg_stat_activity',
      load,
      lines: [
        { label: 'open', colour: '--figure-bound', of: ({ database }) => database?.connections ?? null },
        { label: 'active', colour: '--figure-calls', of: ({ database }) => database?.active ?? null },
        {
          label: 'waiting for a lock',
          colour: '--figure-429',
          of: ({ database }) => database?.waitingForLock ?? null,
        },
        {
          label: 'idle in transaction',
          colour: '--figure-wasted',
          of: ({ database }) => database?.idleInTransaction ?? null,
        },
      ],
    }),
  ]
}

/** Whether something was done to the system on purpose within the piece. */
function disturbed({ disturbances, series }: Load, { atMs }: LoadBucket): boolean {
  const next = series.find((bucket) => bucket.atMs > atMs)?.atMs ?? Number.POSITIVE_INFINITY
  return disturbances.some((one) => one.atMs >= atMs && one.atMs < next)
}

/** Over all processes that tell it; null where none does. */
function sumOf(figure: (sample: ProcessSample) => number | null): OverTime['of'] {
  return ({ processes }) => {
    const values = processes.map(figure).filter((value) => value !== null)
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0)
  }
}

function colour(at: number): string {
  return COLOURS[at % COLOURS.length] as string
}
