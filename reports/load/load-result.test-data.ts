/**
 * A plausible result of `npm run load` for the tests of its renderers: parallel mode on two engines, one of
 * which is killed, and the knees of all tiers; laid out by a few lines of arithmetic. Only tests import it.
 */
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js'
import type { Knee, KneePoint, LatencyResult, Load, LoadResult, RunCounts } from './load-schema.ts'
import type { BucketLatency, LoadBucket, ProcessSample } from './load-series-schema.ts'

const TIME_SCALE = 50
const SECONDS = 60
const KILLED_AT = 30
const BUCKET_MS = 1_000 * TIME_SCALE
const PER_SECOND = 0.25
const PARALLEL = {
  batchWrites: true,
  atomicLog: 'table',
  optimisticLocking: true,
  transactions: true,
  parallelUploads: 2,
  parallelEpics: 2,
  rateGovernor: true,
} as const
const CREATE = 'POST /runs'
const NEXT = 'POST /runs/:id/process-next'
const STATUS = 'GET /runs/:id'

/** Latencies whose half lies below `p50Ms`, with a tail as of queues. */
function latency(count: number, p50Ms: number): LatencyResult {
  const histogram = build({ numberOfSignificantValueDigits: 3 })
  for (let n = 0; n < count; n++) {
    const tail = 1 + 0.7 * -Math.log(1 - (n + 0.5) / count)
    histogram.recordValue(Math.round((p50Ms * 1_000 * tail) / 1.485 / TIME_SCALE))
  }
  const at = (percentile: number) => (histogram.getValueAtPercentile(percentile) * TIME_SCALE) / 1_000
  return {
    count,
    minMs: at(0),
    p50Ms: at(50),
    p90Ms: at(90),
    p95Ms: at(95),
    p99Ms: at(99),
    p999Ms: at(99.9),
    maxMs: at(100),
    wallHistogram: encodeIntoCompressedBase64(histogram),
  }
}

const counts = (runs: Partial<RunCounts>): RunCounts => ({
  offered: 0,
  started: 0,
  dropped: 0,
  completed: 0,
  completedWithErrors: 0,
  failed: 0,
  cancelled: 0,
  errored: 0,
  unfinished: 0,
  ...runs,
})

/** A wave over the load, so that charts have something to show. */
const wave = (second: number, low: number, high: number) =>
  low + ((high - low) * (1 + Math.sin(second / 6))) / 2

function bucketLatency(count: number, p50Ms: number): BucketLatency {
  return { count, p50Ms, p95Ms: p50Ms * 2.1, p99Ms: p50Ms * 2.9, maxMs: p50Ms * 3.2 }
}

function processSample(name: string, second: number, values: Partial<ProcessSample>): ProcessSample {
  return {
    name,
    cpu: wave(second, 0.1, 0.4),
    rssBytes: Math.round(wave(second, 120, 180)) * 2 ** 20,
    wallEventLoopDelayP99Ms: wave(second, 11, 25),
    poolTotal: null,
    poolIdle: null,
    poolWaiting: null,
    invocations: null,
    queued: null,
    ...values,
  }
}

function bucket(second: number): LoadBucket {
  const loading = second < SECONDS - 6
  const started = loading ? Math.round(wave(second, 9, 16)) : 0
  const finished = second < 4 ? 0 : Math.round(wave(second - 4, 9, 15))
  const killedNow = second === KILLED_AT
  const engine = (n: number) =>
    processSample(`engine ${n}`, second + n, {
      cpu: wave(second + n, 0.3, 0.75),
      poolTotal: 10,
      poolIdle: Math.round(wave(second, 1, 6)),
      poolWaiting: second % 9 === 0 ? 3 : 0,
      invocations: Math.round(wave(second, 8, 30)),
    })
  return {
    atMs: second * BUCKET_MS,
    started,
    finished,
    dropped: second % 20 === 19 ? 1 : 0,
    failed: killedNow ? 1 : 0,
    inFlight: loading ? Math.round(wave(second, 25, 60)) : Math.max(0, 6 * (SECONDS - 1 - second)),
    requests: started + 3 * finished,
    errors: killedNow ? { 'connection reset': 14 } : second > KILLED_AT ? { '409 RUN_BUSY': 2 } : {},
    completion: finished === 0 ? null : bucketLatency(finished, wave(second, 48_000, 70_000)),
    latency: {
      ...(started > 0 ? { [CREATE]: bucketLatency(started, wave(second, 250, 600)) } : {}),
      ...(finished > 0 ? { [NEXT]: bucketLatency(finished, wave(second, 46_000, 68_000)) } : {}),
      ...(finished > 0 ? { [STATUS]: bucketLatency(finished, wave(second, 120, 350)) } : {}),
    },
    calls: { attempts: Math.round(wave(second, 70, 110)), rateLimited: second % 5 === 0 ? 4 : 0 },
    processes: [
      engine(1),
      ...(second < KILLED_AT ? [engine(2)] : []),
      processSample('mock', second, { cpu: wave(second, 0.05, 0.2) }),
      processSample('PostgreSQL', second, { wallEventLoopDelayP99Ms: null, cpu: wave(second, 0.2, 0.6) }),
      processSample('generator', second, { cpu: wave(second, 0.03, 0.12) }),
    ],
    database: {
      connections: second < KILLED_AT ? 22 : 12,
      active: Math.round(wave(second, 1, 7)),
      waitingForLock: second % 11 === 0 ? 2 : 0,
      idleInTransaction: second % 7 === 0 ? 1 : 0,
    },
  }
}

const series = Array.from({ length: SECONDS }, (_, second) => bucket(second))
const sum = (of: (one: LoadBucket) => number) => series.reduce((total, one) => total + of(one), 0)
const completed = sum((one) => one.finished)
const dropped = sum((one) => one.dropped)
const durationMs = SECONDS * BUCKET_MS

const load: Load = {
  mode: 'parallel',
  tier: 3,
  flags: PARALLEL,
  arrivals: {
    kind: 'open',
    distances: 'poisson',
    stages: [{ durationMs: 54 * BUCKET_MS, fromPerSecond: PER_SECOND, toPerSecond: PER_SECOND }],
  },
  startedAt: '2026-11-24T15:00:02.000Z',
  durationMs,
  wallDurationMs: durationMs / TIME_SCALE,
  runs: counts({ offered: completed + dropped + 1, started: completed + 1, dropped, completed, errored: 1 }),
  completion: latency(completed, 58_000),
  throughput: {
    runsPerSecond: completed / (durationMs / 1_000),
    requestsPerSecond: (completed * 4) / (durationMs / 1_000),
    callsPerSecond: sum((one) => one.calls?.attempts ?? 0) / (durationMs / 1_000),
  },
  goodput: {
    runs: Math.round(completed * 0.93),
    perSecond: (completed * 0.93) / (durationMs / 1_000),
    shareOfOffered: 0.92,
  },
  routes: [
    {
      route: CREATE,
      requests: completed + 1,
      statuses: { 201: completed },
      connectionErrors: { 'connection reset': 1 },
      latency: latency(completed, 410),
    },
    {
      route: NEXT,
      requests: completed + 72,
      statuses: { 200: completed, 409: 58 },
      connectionErrors: { 'connection reset': 13, 'connection refused': 1 },
      latency: latency(completed + 58, 55_000),
    },
    {
      route: STATUS,
      requests: completed,
      statuses: { 200: completed },
      connectionErrors: {},
      latency: latency(completed, 220),
    },
  ],
  errors: [
    {
      kind: '409 RUN_BUSY',
      count: 58,
      retryable: true,
      example: 'another invocation works on run 5d5b11f2-7c0e-4a53-9d0b-3f2a7c1e9a44',
    },
    {
      kind: 'connection reset',
      count: 14,
      retryable: true,
      example:
        'POST http://127.0.0.1:40961/runs/5d5b11f2-7c0e-4a53-9d0b-3f2a7c1e9a44/process-next: other side closed',
    },
    {
      kind: 'connection refused',
      count: 1,
      retryable: true,
      example: 'connect ECONNREFUSED 127.0.0.1:40961',
    },
  ],
  loggedErrors: [{ process: 'engine 1', message: 'Connection terminated unexpectedly', count: 2 }],
  calls: {
    attempts: sum((one) => one.calls?.attempts ?? 0),
    statuses: {
      200: sum((one) => (one.calls?.attempts ?? 0) - (one.calls?.rateLimited ?? 0)),
      429: sum((one) => one.calls?.rateLimited ?? 0),
    },
    rateLimited: sum((one) => one.calls?.rateLimited ?? 0),
    inputTokens: 2_345_678,
    outputTokens: 1_234_567,
  },
  wallBucketMs: 1_000,
  series,
  processes: [
    process('engine 1', 'engine', 31_000, 'stopped'),
    process('engine 2', 'engine', 15_200, 'killed'),
    process('mock', 'mock', 8_100, 'stopped'),
    process('PostgreSQL', 'database', 24_500, 'stopped'),
    process('generator', 'generator', 4_700, 'stopped'),
  ],
  machine: { cores: 2, busy: 0.71, maxBusy: 0.93, busyOtherwise: 0.2 },
  statements: {
    state: 'unavailable',
    reason: 'the extension pg_stat_statements is not there on this server',
  },
  roundTrips: {
    count: 45_012,
    pipelined: 12,
    failed: 3,
    wallAddedMs: 5,
    shapes: [
      { shape: 'INSERT Subtask', count: 30_000, wallTotalMs: 174_000, wallP50Ms: 5.7, wallP99Ms: 9.1 },
      { shape: 'BEGIN', count: 15_012, wallTotalMs: 79_000, wallP50Ms: 5.2, wallP99Ms: 7.4 },
    ],
  },
  disturbances: [{ atMs: KILLED_AT * BUCKET_MS, what: 'kill -9 of engine 2; it was not started again' }],
  thresholds: [
    { text: 'run p(95)<150s', unit: 'ms', limit: 150_000, value: 131_000, held: true },
    { text: 'dropped count<1', unit: 'count', limit: 1, value: dropped, held: false },
  ],
  invariants: [
    {
      name: 'every run that was created has ended',
      state: 'held',
      runs: completed + 1,
      detail: `${completed} of ${completed} runs that were answered for`,
    },
    {
      name: 'the counters of a run agree with its items',
      state: 'held',
      runs: completed,
      detail: `in ${completed} runs`,
    },
    {
      name: 'every run leaves what an undisturbed one leaves',
      state: 'not checked',
      runs: 0,
      detail: 'the target has a database of its own',
    },
  ],
  generator: {
    cpu: 0.08,
    wallEventLoopDelayP50Ms: 10.2,
    wallEventLoopDelayP99Ms: 13.4,
    wallEventLoopDelayMaxMs: 42.1,
    wallArrivalError: { p50Ms: 0.6, p99Ms: 4.2, maxMs: 39 },
    autocannon: null,
  },
  warnings: [],
}

function process(
  name: string,
  kind: Load['processes'][number]['kind'],
  wallCpuMs: number,
  end: Load['processes'][number]['end'],
): Load['processes'][number] {
  return { name, kind, wallCpuMs, maxCpu: 0.8, maxRssBytes: 190 * 2 ** 20, end }
}

const MODES = ['sequential', 'batched', 'safe', 'parallel'] as const
const KNEES = [0.11, 0.12, 0.12, 0.42]

function knee(tier: number): Knee {
  const limit = KNEES[tier] as number
  const rates = [0.25, 0.5, 0.75, 1, 1.15, 1.5].map((times) => Number((times * limit).toFixed(3)))
  const points = rates.map((perSecond, index): KneePoint => {
    const held = index <= 3
    const use = perSecond / (limit * 1.08)
    const p50Ms = (tier === 3 ? 48_000 : 95_000) * (use < 1 ? 1 + use ** 6 : 2 + 6 * (use - 1))
    const offered = Math.round(perSecond * 600)
    const unfinished = held ? 0 : Math.round(offered * 0.2)
    return {
      perSecond,
      held,
      reason: held ? '' : 'the 95th percentile of run completion is above the objective',
      runs: counts({ offered, started: offered, completed: offered - unfinished, unfinished }),
      p50Ms,
      p95Ms: p50Ms * 1.7,
      p99Ms: p50Ms * 2.2,
      throughputPerSecond: Math.min(perSecond, limit * 1.05),
      goodputPerSecond: held ? perSecond : limit * 0.4,
      errorShare: unfinished / offered,
      rateLimited: held ? 0 : 140,
      warnings: [],
    }
  })
  return {
    mode: MODES[tier] as string,
    tier,
    flags: {
      ...PARALLEL,
      ...(tier < 3 ? { parallelUploads: 1, parallelEpics: 1, rateGovernor: false } : {}),
    },
    criterion: 'p95 of run completion at most 180 s, at most 1 % of runs not completed, none dropped',
    points,
    state: 'found',
    kneePerSecond: rates[3] as number,
    brokenPerSecond: rates[4] as number,
  }
}

/** Loads and knees as of one command; a load by itself has no knees. */
export const LOAD_RESULT: LoadResult = {
  schemaVersion: 3,
  tierbench: '0.1.0',
  startedAt: '2026-11-24T15:00:00.000Z',
  wallMs: 75_000,
  command:
    'npm run load -- --scenario smoke --tier 3 --rate 0.25 --poisson --duration 45m --engines 2 --kill-one --time-scale 50',
  environment: {
    node: 'v20.20.2',
    os: 'Linux 6.1.0',
    cpu: 'Example CPU',
    cores: 2,
    memoryBytes: 24 * 2 ** 30,
    database: { version: '18.4', source: 'embedded', settings: { fsync: 'off' } },
    packages: { undici: '7.30.2' },
    git: { commit: '0123456789abcdef0123456789abcdef01234567', dirty: false },
  },
  setting: {
    scenario: 'smoke',
    scenarioHash: 'a'.repeat(64),
    seed: 1,
    timeScale: TIME_SCALE,
    target: null,
    engines: 2,
    workers: 0,
    dispatch: 'inline',
    poolSize: 10,
    maxInFlight: 60,
    objectiveMs: 120_000,
    drainMs: 600_000,
  },
  notes: [
    'Time scale 50: latencies and limits of the mock, pacing, backoff and leases of the engine, and arrivals run 50 times as fast as in production; the database and the CPU do not, so that their share is 50 times too large.',
  ],
  loads: [load],
  knees: [0, 1, 2, 3].map(knee),
}
