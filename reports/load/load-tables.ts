import { formatDuration } from '../format/duration.ts'
import { formatBytes, formatCount, formatPercent, NO_FIGURE } from '../format/number.ts'
import type { Knee, LatencyResult, Load, LoadArrivals, ThresholdResult } from './load-schema.ts'

/** A table of a load: the first column says what the row is of. */
export interface LoadTable {
  readonly title: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Columns that can be left out where there is no room. @default none */
  readonly optional?: readonly number[]
}

/** `0.25/s`, or of the minute or hour where that is easier to read: `15/min`. */
export function formatRate(perSecond: number): string {
  const digits = (value: number) => Number(value.toPrecision(3)).toLocaleString('en-US')
  if (perSecond === 0) return '0/s'
  if (perSecond >= 1) return `${digits(perSecond)}/s`
  return perSecond * 60 >= 1 ? `${digits(perSecond * 60)}/min` : `${digits(perSecond * 3_600)}/h`
}

/** How runs arrived, in words. */
export function formatArrivals(arrivals: LoadArrivals): string {
  switch (arrivals.kind) {
    case 'closed':
      return `${formatCount(arrivals.connections)} users, each of whom starts again at the end, for ${formatDuration(arrivals.durationMs)}`
    case 'open': {
      const how = arrivals.distances === 'poisson' ? 'as a Poisson process' : 'at even distances'
      const stages = arrivals.stages.map(({ durationMs, fromPerSecond, toPerSecond }) => {
        const rate =
          fromPerSecond === toPerSecond
            ? formatRate(toPerSecond)
            : `${formatRate(fromPerSecond)} to ${formatRate(toPerSecond)}`
        return `${rate} for ${formatDuration(durationMs)}`
      })
      return `${stages.join(', ')}, ${how}`
    }
    case 'trace':
      return `${formatCount(arrivals.requests)} as recorded in ${arrivals.file}, ${formatRate(arrivals.meanPerSecond)} over ${formatDuration(arrivals.durationMs)}`
    default:
      return arrivals satisfies never
  }
}

/** `sequential (tier 0)`; the mode alone where it is no tier. */
export function formatMode({ mode, tier }: Pick<Load, 'mode' | 'tier'>): string {
  return tier === null ? mode : `${mode} (tier ${tier})`
}

const PERCENTILES = ['p50', 'p90', 'p95', 'p99', 'p99.9', 'max'] as const

function percentiles(latency: LatencyResult | null): string[] {
  if (latency === null) return PERCENTILES.map(() => NO_FIGURE)
  const { p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs } = latency
  return [p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs].map(formatDuration)
}

/** What became of the runs. */
export function runLines({ runs, throughput, goodput, calls }: Load): readonly string[] {
  const ends = [
    ['completed', runs.completed],
    ['completed with errors', runs.completedWithErrors],
    ['failed', runs.failed],
    ['cancelled', runs.cancelled],
    ['given up on an error', runs.errored],
    ['unfinished', runs.unfinished],
    ['dropped', runs.dropped],
  ] as const
  const shown = ends.filter(([what, count]) => count > 0 || what === 'completed' || what === 'dropped')
  return [
    `Runs: ${formatCount(runs.offered)} offered; ${shown.map(([what, count]) => `${formatCount(count)} ${what}`).join(', ')}`,
    `Throughput: ${formatRate(throughput.runsPerSecond)} runs, ${formatRate(throughput.requestsPerSecond)} requests${throughput.callsPerSecond === null ? '' : `, ${formatRate(throughput.callsPerSecond)} attempts at the mock`}`,
    ...(goodput
      ? [
          `Goodput: ${formatRate(goodput.perSecond)}; ${formatCount(goodput.runs)} runs within the objective, ${formatPercent(goodput.shareOfOffered)} of those offered`,
        ]
      : []),
    ...(calls
      ? [
          `Calls: ${formatCount(calls.attempts)} attempts at the mock, ${formatCount(calls.rateLimited)} of them 429`,
        ]
      : []),
  ]
}

/** What every report shows of a load, in this order; one without rows is left out. */
export function loadTables(load: Load): LoadTable[] {
  return [latencyTable, answerTable, errorTable, loggedErrorTable, processTable, roundTripTable]
    .map((tableOf) => tableOf(load))
    .filter(({ rows }) => rows.length > 0)
}

function latencyTable({ completion, routes }: Load): LoadTable {
  return {
    title: 'Latency',
    header: ['from the intended start', 'count', ...PERCENTILES],
    rows: [
      ['run, to its end', formatCount(completion?.count ?? 0), ...percentiles(completion)],
      ...routes.map(({ route, latency }) => [
        route,
        formatCount(latency?.count ?? 0),
        ...percentiles(latency),
      ]),
    ],
  }
}

function answerTable({ routes }: Load): LoadTable {
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([what, count]) => `${what}: ${formatCount(count)}`)
      .join(', ') || NO_FIGURE
  return {
    title: 'Answers',
    header: ['route', 'requests', 'statuses', 'without an answer'],
    rows: routes.map(({ route, requests, statuses, connectionErrors }) => [
      route,
      formatCount(requests),
      list(statuses),
      list(connectionErrors),
    ]),
  }
}

function errorTable({ errors }: Load): LoadTable {
  return {
    title: 'Errors',
    optional: [3],
    header: ['kind', 'count', 'meant to be repeated', 'for example'],
    rows: errors.map(({ kind, count, retryable, example }) => [
      kind,
      formatCount(count),
      retryable ? 'yes' : 'no',
      example,
    ]),
  }
}

function loggedErrorTable({ loggedErrors }: Load): LoadTable {
  return {
    title: 'Errors in the logs',
    header: ['process', 'count', 'message'],
    rows: loggedErrors.map(({ process, message, count }) => [process, formatCount(count), message]),
  }
}

function processTable({ processes, series }: Load): LoadTable {
  const greatest = (
    name: string,
    figure: (sample: Load['series'][number]['processes'][number]) => number | null,
  ) => {
    const values = series.flatMap((bucket) =>
      bucket.processes.filter((sample) => sample.name === name).map(figure),
    )
    const there = values.filter((value) => value !== null)
    return there.length > 0 ? Math.max(...there) : null
  }
  const orNone = (value: number | null, format: (value: number) => string) =>
    value === null ? NO_FIGURE : format(value)
  return {
    title: 'Processes (real time)',
    header: [
      'process',
      'CPU time',
      'CPU, max',
      'memory, max',
      'event loop p99, max',
      'pool waits, max',
      'end',
    ],
    rows: processes.map(({ name, wallCpuMs, maxCpu, maxRssBytes, end }) => [
      name,
      formatDuration(wallCpuMs),
      formatPercent(maxCpu),
      formatBytes(maxRssBytes),
      orNone(
        greatest(name, (sample) => sample.wallEventLoopDelayP99Ms),
        formatDuration,
      ),
      orNone(
        greatest(name, (sample) => sample.poolWaiting),
        formatCount,
      ),
      end,
    ]),
  }
}

/** What the target sent to its database, by statement; without rows where no proxy counted. */
function roundTripTable({ roundTrips, runs }: Load): LoadTable {
  const header = ['statement', 'round trips', 'a run', 'time', 'p50', 'p99']
  if (roundTrips === null) return { title: '', header, rows: [] }
  const { count, shapes, wallAddedMs } = roundTrips
  const ofRun = (trips: number) =>
    runs.started > 0 ? Number((trips / runs.started).toPrecision(3)).toLocaleString('en-US') : NO_FIGURE
  return {
    title: `Round trips with the database, counted by the proxy, which adds ${formatDuration(wallAddedMs)} to each: ${formatCount(count)}, ${ofRun(count)} a run (real time)`,
    header,
    rows: shapes.map((one) => [
      one.shape,
      formatCount(one.count),
      ofRun(one.count),
      formatDuration(one.wallTotalMs),
      formatDuration(one.wallP50Ms),
      formatDuration(one.wallP99Ms),
    ]),
  }
}

/** PostgreSQL's own sessions; undefined where nobody could look. */
export function databaseLine({ series }: Load): string | undefined {
  const samples = series.flatMap(({ database }) => (database ? [database] : []))
  if (samples.length === 0) return undefined
  const most = (figure: (sample: (typeof samples)[number]) => number) => Math.max(...samples.map(figure))
  return `PostgreSQL, at most at once: ${most((one) => one.connections)} connections, ${most((one) => one.active)} active, ${most((one) => one.waitingForLock)} waiting for a lock, ${most((one) => one.idleInTransaction)} idle in transaction`
}

/** Who else took its time; undefined where nobody counted. */
export function machineLine({ machine }: Load): string | undefined {
  if (machine === null) return undefined
  const { cores, busy, maxBusy, busyOtherwise } = machine
  return `Machine (real time): ${cores} cores, busy for ${formatPercent(busy)} of the load, at most ${formatPercent(maxBusy)}; ${formatPercent(busyOtherwise)} with other things than these processes`
}

export function generatorLine({ generator }: Load): string {
  const { cpu, wallEventLoopDelayP99Ms, wallArrivalError, autocannon } = generator
  const arrivals = wallArrivalError
    ? `, starts late by ${formatDuration(wallArrivalError.p50Ms)} (p50), ${formatDuration(wallArrivalError.p99Ms)} (p99), ${formatDuration(wallArrivalError.maxMs)} (max)`
    : ''
  const changedOver = autocannon?.changedOver
    ? `, ${formatCount(autocannon.changedOver)} of which changed over to undici`
    : ''
  const driver = autocannon
    ? `autocannon on ${formatCount(autocannon.connections)} connections${changedOver}`
    : 'undici'
  return `Generator (real time): requests by ${driver}; ${formatPercent(cpu)} of a core, event loop late by ${formatDuration(wallEventLoopDelayP99Ms)} (p99)${arrivals}`
}

/** Whether runs were offered and none was completed: such a load is no pass, whatever else holds. */
export function isInVain({ runs }: Pick<Load, 'runs'>): boolean {
  return runs.offered > 0 && runs.completed + runs.completedWithErrors === 0
}

/** What decides the exit code, each with its verdict: a mark, and the sentence. */
export function verdicts({
  runs,
  thresholds,
  invariants,
}: Load): readonly { held: boolean | null; text: string }[] {
  return [
    ...(isInVain({ runs }) ? [{ held: false, text: 'No run was completed.' }] : []),
    ...thresholds.map((threshold) => ({
      held: threshold.held,
      text: `Threshold ${threshold.text}: ${formatMeasured(threshold)}`,
    })),
    ...invariants.map(({ name, state, detail }) => ({
      held: state === 'not checked' ? null : state === 'held',
      text: `${state === 'not checked' ? 'Not checked: ' : ''}${name}: ${detail}`,
    })),
  ]
}

export function kneeTable(knee: Knee): LoadTable {
  return {
    title: `The limit of ${formatMode(knee)}: ${kneeSentence(knee)}`,
    header: [
      'rate',
      'held',
      'p50',
      'p95',
      'p99',
      'throughput',
      'goodput',
      'not completed',
      '429s',
      'warnings',
      'why not',
    ],
    rows: knee.points.map((point) => [
      formatRate(point.perSecond),
      point.held ? 'yes' : 'no',
      ...[point.p50Ms, point.p95Ms, point.p99Ms].map((ms) => (ms === null ? NO_FIGURE : formatDuration(ms))),
      formatRate(point.throughputPerSecond),
      formatRate(point.goodputPerSecond),
      formatPercent(point.errorShare),
      point.rateLimited === null ? NO_FIGURE : formatCount(point.rateLimited),
      formatCount(point.warnings.length),
      point.reason || NO_FIGURE,
    ]),
  }
}

export function kneeSentence({ state, kneePerSecond, brokenPerSecond, criterion }: Knee): string {
  switch (state) {
    case 'found':
      return `${formatRate(kneePerSecond ?? 0)} held, ${formatRate(brokenPerSecond ?? 0)} did not (${criterion})`
    case 'above':
      return `${formatRate(kneePerSecond ?? 0)} held, and nothing higher was tried (${criterion})`
    case 'below':
      return `${formatRate(brokenPerSecond ?? 0)}, the lowest that was tried, did not hold (${criterion})`
    default:
      return state satisfies never
  }
}

function formatMeasured({ value, unit }: ThresholdResult): string {
  if (value === null) return 'nothing to measure'
  switch (unit) {
    case 'ms':
    case 'wall-ms':
      return formatDuration(value)
    case 'count':
      return formatCount(value)
    case 'share':
      return formatPercent(value)
    case 'per-second':
      return formatRate(value)
    case 'bytes':
      return formatBytes(value)
    case 'cores':
      return `${formatPercent(value)} of a core`
    default:
      return unit satisfies never
  }
}
