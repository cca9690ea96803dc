/**
 * What `npm run load` leaves behind, and all that its reports are made from.
 *
 * Times are ms of production time, real time multiplied by `timeScale`, and rates are per second of it: what
 * would be seen where nothing was shortened. What a name calls `wall…` is real: it is not scaled. So are
 * CPU, memory and the moments at which PostgreSQL was asked.
 */
import { z } from 'zod'
import { flagsSchema } from '../repetition-schema.ts'
import { environmentSchema } from '../result-schema.ts'
import { bucketSchema, machineSchema, processSchema } from './load-series-schema.ts'

/** Raised whenever the meaning or the shape of a field changes. */
export const LOAD_SCHEMA_VERSION = 3

const ms = z.number().nonnegative()
const count = z.number().int().nonnegative()
const perSecond = z.number().nonnegative()
const tier = z.number().int().min(0).max(3)

/** Never averaged with another: two of them are merged by their histograms. */
export const latencySchema = z.strictObject({
  count: count.min(1),
  minMs: ms,
  p50Ms: ms,
  p90Ms: ms,
  p95Ms: ms,
  p99Ms: ms,
  p999Ms: ms,
  maxMs: ms,
  /** An HdrHistogram (V2, compressed, base64) of µs of real time: its percentiles times `timeScale` are these. */
  wallHistogram: z.string(),
})

/** How the rate moves over a part of the load: in a straight line from one value to the other. */
export const stageSchema = z.strictObject({
  durationMs: ms,
  fromPerSecond: perSecond,
  toPerSecond: perSecond,
})

export const arrivalsSchema = z.discriminatedUnion('kind', [
  /** Each connection starts its next run when the last has ended: the system decides the rate. */
  z.strictObject({ kind: z.literal('closed'), connections: count.min(1), durationMs: ms }),
  /** Runs arrive whether or not others have ended: at even distances, or as a Poisson process. */
  z.strictObject({
    kind: z.literal('open'),
    distances: z.enum(['even', 'poisson']),
    stages: z.array(stageSchema).min(1),
  }),
  /** Runs arrive as requests did in a recording; its prompts decide the length of their documents. */
  z.strictObject({
    kind: z.literal('trace'),
    file: z.string(),
    requests: count,
    durationMs: ms,
    /** Of `requests`: of a part of the recording it is another than that of the whole. */
    meanPerSecond: perSecond,
    /** What the recorded distances were multiplied by, to come to another rate. */
    stretch: z.number().positive(),
  }),
])

/** Every run that was to be started is in exactly one of the fields but the first two. */
export const runCountsSchema = z.strictObject({
  /** That the arrivals asked for. */
  offered: count,
  /** That were begun: offered less dropped. */
  started: count,
  /** Not begun, since as many as `maxInFlight` were under way. */
  dropped: count,
  /** Ended COMPLETED. */
  completed: count,
  /** Ended COMPLETED_WITH_ERRORS: some of their items failed. */
  completedWithErrors: count,
  /** Ended FAILED. */
  failed: count,
  /** Ended CANCELLED. */
  cancelled: count,
  /** Could not be created, or were given up on an answer that no client is meant to repeat. */
  errored: count,
  /** Under way when the time to end had passed. */
  unfinished: count,
})

export const routeSchema = z.strictObject({
  /** E.g. `POST /runs/:id/process-next`. */
  route: z.string(),
  requests: count,
  /** Answers by status. */
  statuses: z.record(z.string(), count),
  /** Requests without an answer, by the kind of error. */
  connectionErrors: z.record(z.string(), count),
  /** From when the request was meant to be sent, so that a generator that is late does not hide it; null where none was answered. */
  latency: latencySchema.nullable(),
})

/** What went wrong, as the clients saw it. */
export const errorSchema = z.strictObject({
  /** E.g. `503 STOPPING`, `connection reset`, `not as the schema says`. */
  kind: z.string(),
  count,
  /** Whether the client is meant to repeat it: then it is part of a normal life. */
  retryable: z.boolean(),
  example: z.string(),
})

/** What a process of the system under load wrote into its log as an error, beyond what clients are told. */
export const loggedErrorSchema = z.strictObject({ process: z.string(), message: z.string(), count })

export const thresholdSchema = z.strictObject({
  /** As it was written, e.g. `run p(95)<30s`. */
  text: z.string(),
  /** Of limit and value. `cores`: of CPU; `wall-ms`: real time. */
  unit: z.enum(['ms', 'wall-ms', 'count', 'share', 'per-second', 'bytes', 'cores']),
  limit: z.number(),
  /** null where there was nothing to measure: then it does not hold. */
  value: z.number().nullable(),
  held: z.boolean(),
})

export const invariantSchema = z.strictObject({
  name: z.string(),
  state: z.enum(['held', 'broken', 'not checked']),
  /** How many runs were looked at. */
  runs: count,
  /** What was found, or why it was not looked for. */
  detail: z.string(),
})

/** How good the generator was: a figure of a load is worth as much. All of it is real time. */
export const generatorSchema = z.strictObject({
  /** Share of one core. */
  cpu: z.number().nonnegative(),
  wallEventLoopDelayP50Ms: ms,
  wallEventLoopDelayP99Ms: ms,
  wallEventLoopDelayMaxMs: ms,
  /** By how much a run was begun later than it was meant to be; null for closed arrivals, which mean no moment. */
  wallArrivalError: z.strictObject({ p50Ms: ms, p99Ms: ms, maxMs: ms }).nullable(),
  /** Users on connections of autocannon, and how many of them went on through undici; null: all went through undici. */
  autocannon: z.strictObject({ connections: count, changedOver: count }).nullable(),
})

/** What the mock of the Claude API saw. */
export const callsSchema = z.strictObject({
  attempts: count,
  /** Answers by status; `none` where the connection ended before. */
  statuses: z.record(z.string(), count),
  rateLimited: count,
  inputTokens: count,
  outputTokens: count,
})

/** What was sent to PostgreSQL, by statement: the most expensive of them. */
export const statementsSchema = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('measured'),
    statements: z.array(z.strictObject({ text: z.string(), calls: count, wallTotalMs: ms, rows: count })),
  }),
  z.strictObject({ state: z.literal('unavailable'), reason: z.string() }),
])

/** Round trips of a service of somebody else's, as its database proxy counted them. Times are real. */
export const proxiedRoundTripsSchema = z.strictObject({
  count,
  /** Of `count`: sent while another answer was due on the same connection. */
  pipelined: count,
  /** Of `count`: answered with an error. */
  failed: count,
  /** What the proxy adds to each. */
  wallAddedMs: ms,
  /** By verb and table, most first. */
  shapes: z.array(
    z.strictObject({ shape: z.string(), count, wallTotalMs: ms, wallP50Ms: ms, wallP99Ms: ms }),
  ),
})

/** What was done to the system on purpose. */
export const disturbanceSchema = z.strictObject({ atMs: ms, what: z.string() })

export const loadSchema = z.strictObject({
  /** sequential, batched, safe, parallel, `custom` for flags of the user's, or `as the target has it`. */
  mode: z.string(),
  tier: tier.nullable(),
  /** null where the target was not told. */
  flags: flagsSchema.nullable(),
  arrivals: arrivalsSchema,
  startedAt: z.iso.datetime(),
  /** From the first arrival to the end of the last run, or to when it was given up. */
  durationMs: ms,
  wallDurationMs: ms,
  runs: runCountsSchema,
  /** Of runs that ended COMPLETED, from when they were meant to start; null where none did. */
  completion: latencySchema.nullable(),
  throughput: z.strictObject({
    /** Over `durationMs`, the time in which the last runs ended and no more came included: so it is low for a short load. */
    runsPerSecond: perSecond,
    requestsPerSecond: perSecond,
    callsPerSecond: perSecond.nullable(),
  }),
  /** Completed runs that took no longer than the objective; null where there was none. */
  goodput: z.strictObject({ runs: count, perSecond, shareOfOffered: z.number().min(0).max(1) }).nullable(),
  routes: z.array(routeSchema),
  errors: z.array(errorSchema),
  /** null where no mock could be asked. */
  calls: callsSchema.nullable(),
  /** Real time between two buckets. */
  wallBucketMs: ms,
  series: z.array(bucketSchema),
  processes: z.array(processSchema),
  /** null where its operating system does not count. */
  machine: machineSchema.nullable(),
  statements: statementsSchema,
  /** null where no proxy was named. */
  roundTrips: proxiedRoundTripsSchema.nullable(),
  /** Empty for somebody else's service, whose log is not read. */
  loggedErrors: z.array(loggedErrorSchema),
  disturbances: z.array(disturbanceSchema),
  thresholds: z.array(thresholdSchema),
  invariants: z.array(invariantSchema),
  generator: generatorSchema,
  /** Sentences on why the generator, the machine or the time scale, and not what was loaded, may have set the figures. */
  warnings: z.array(z.string()),
})

/** A load of the search for the limit, at one rate. */
export const kneePointSchema = z.strictObject({
  perSecond,
  held: z.boolean(),
  /** Why it did not hold; empty where it did. */
  reason: z.string(),
  runs: runCountsSchema,
  p50Ms: ms.nullable(),
  p95Ms: ms.nullable(),
  p99Ms: ms.nullable(),
  throughputPerSecond: perSecond,
  goodputPerSecond: perSecond,
  /** Runs that were offered and did not end COMPLETED. */
  errorShare: z.number().min(0).max(1),
  rateLimited: count.nullable(),
  /** Those of the load: a point with one says less of the system. */
  warnings: z.array(z.string()),
})

export const kneeSchema = z.strictObject({
  mode: z.string(),
  tier: tier.nullable(),
  flags: flagsSchema.nullable(),
  /** What had to hold, in a sentence. */
  criterion: z.string(),
  /** In rising order of the rate. */
  points: z.array(kneePointSchema).min(1),
  /**
   * `found`: the highest rate that held, with one that did not above it. `above`: nothing broke up to the
   * highest rate that was tried. `below`: the lowest rate broke already.
   */
  state: z.enum(['found', 'above', 'below']),
  /** The highest rate that held; null where none did. */
  kneePerSecond: perSecond.nullable(),
  /** The lowest rate above it that did not hold; null where none was seen. */
  brokenPerSecond: perSecond.nullable(),
})

/** What was loaded, and how it was set up: the same for all loads of a result. */
export const loadSettingSchema = z.strictObject({
  scenario: z.string(),
  /** SHA-256 of the scenario's data. */
  scenarioHash: z.string(),
  seed: z.number().int(),
  timeScale: z.number().positive(),
  /** URL of somebody else's service; null where the engine's was started. */
  target: z.string().nullable(),
  /** Processes that serve HTTP. */
  engines: count,
  /** Processes that take jobs from the queue; 0 where process-next is called by the client. */
  workers: count,
  dispatch: z.enum(['inline', 'pg-boss', 'target']),
  /** Connections of each process's pool; null where the target decides. */
  poolSize: count.nullable(),
  /** Runs under way at once, beyond which arrivals are dropped. */
  maxInFlight: count,
  objectiveMs: ms.nullable(),
  /** For how long runs may go on when no more arrive. */
  drainMs: ms,
})

export const loadResultSchema = z.strictObject({
  schemaVersion: z.literal(LOAD_SCHEMA_VERSION),
  tierbench: z.string(),
  startedAt: z.iso.datetime(),
  wallMs: ms,
  /** The command that repeats it. */
  command: z.string(),
  /** The database is null where the target has its own. */
  environment: environmentSchema.extend({ database: environmentSchema.shape.database.nullable() }),
  setting: loadSettingSchema,
  /** What is scaled, modelled, or not measured, one sentence each: every report shows it. */
  notes: z.array(z.string()),
  /** One for each tier; of a search for the limit, that at the knee. */
  loads: z.array(loadSchema).min(1),
  /** One for each tier; empty where no limit was searched for. */
  knees: z.array(kneeSchema),
})

export type LatencyResult = z.infer<typeof latencySchema>
export type LoadArrivals = z.infer<typeof arrivalsSchema>
export type LoadStage = z.infer<typeof stageSchema>
export type RunCounts = z.infer<typeof runCountsSchema>
export type RouteResult = z.infer<typeof routeSchema>
export type LoadError = z.infer<typeof errorSchema>
export type LoggedError = z.infer<typeof loggedErrorSchema>
export type ThresholdResult = z.infer<typeof thresholdSchema>
export type InvariantResult = z.infer<typeof invariantSchema>
export type GeneratorResult = z.infer<typeof generatorSchema>
export type CallsResult = z.infer<typeof callsSchema>
export type ProxiedRoundTrips = z.infer<typeof proxiedRoundTripsSchema>
export type StatementsResult = z.infer<typeof statementsSchema>
export type Disturbance = z.infer<typeof disturbanceSchema>
export type Load = z.infer<typeof loadSchema>
export type Knee = z.infer<typeof kneeSchema>
export type KneePoint = z.infer<typeof kneePointSchema>
export type LoadSetting = z.infer<typeof loadSettingSchema>
export type LoadResult = z.infer<typeof loadResultSchema>
