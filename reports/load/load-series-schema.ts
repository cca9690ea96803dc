/** What a load does over time, and what each process takes meanwhile: a part of the load's result. */
import { z } from 'zod'

const ms = z.number().nonnegative()
const count = z.number().int().nonnegative()
/** Share of one core, so that two busy threads are 2. */
const cores = z.number().nonnegative()

/** A process at one moment. What it does not tell is null. */
export const processSampleSchema = z.strictObject({
  name: z.string(),
  cpu: cores,
  rssBytes: count,
  wallEventLoopDelayP99Ms: ms.nullable(),
  /** Connections of its pool: open, of them idle, and requests that wait for one. */
  poolTotal: count.nullable(),
  poolIdle: count.nullable(),
  poolWaiting: count.nullable(),
  /** Invocations under way. */
  invocations: count.nullable(),
  /** Jobs that wait in the queue. */
  queued: count.nullable(),
})

/** PostgreSQL at one moment, from pg_stat_activity: sessions of the load's database. */
export const databaseSampleSchema = z.strictObject({
  connections: count,
  active: count,
  waitingForLock: count,
  idleInTransaction: count,
})

const bucketLatencySchema = z.strictObject({
  count: count.min(1),
  p50Ms: ms,
  p95Ms: ms,
  p99Ms: ms,
  maxMs: ms,
})

/** A piece of the load: what happened within it, and how things stood at its end. */
export const bucketSchema = z.strictObject({
  /** Its beginning, since the first arrival. */
  atMs: ms,
  started: count,
  /** Runs that ended COMPLETED. */
  finished: count,
  dropped: count,
  /** Runs that ended otherwise, or were given up. */
  failed: count,
  /** Runs under way at its end. */
  inFlight: count,
  requests: count,
  /** By kind, as in `errors`. */
  errors: z.record(z.string(), count),
  /** Of runs that ended in it. */
  completion: bucketLatencySchema.nullable(),
  /** Of requests that ended in it, by route. */
  latency: z.record(z.string(), bucketLatencySchema),
  /** Attempts that the mock answered in it, and those of them with 429; null where no mock could be asked. */
  calls: z.strictObject({ attempts: count, rateLimited: count }).nullable(),
  processes: z.array(processSampleSchema),
  database: databaseSampleSchema.nullable(),
})

/** A process over the whole load. */
export const processSchema = z.strictObject({
  /** E.g. `engine 1`. */
  name: z.string(),
  kind: z.enum(['engine', 'worker', 'mock', 'database', 'generator']),
  /** CPU time that it took; of a killed process, as far as it was seen. */
  wallCpuMs: ms,
  maxCpu: cores,
  maxRssBytes: count,
  /** `killed`: on purpose. `died`: by itself. */
  end: z.enum(['stopped', 'killed', 'died']),
})

/** The whole machine over the load, as its operating system counts: shares of all cores. */
export const machineSchema = z.strictObject({
  cores: count.min(1),
  busy: z.number().min(0).max(1),
  /** In the busiest piece of the load. */
  maxBusy: z.number().min(0).max(1),
  /** Of `busy`: not by `processes`. */
  busyOtherwise: z.number().min(0).max(1),
})

export type ProcessSample = z.infer<typeof processSampleSchema>
export type DatabaseSample = z.infer<typeof databaseSampleSchema>
export type LoadBucket = z.infer<typeof bucketSchema>
export type BucketLatency = z.infer<typeof bucketLatencySchema>
export type ProcessResult = z.infer<typeof processSchema>
export type MachineResult = z.infer<typeof machineSchema>
