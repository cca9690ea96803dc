/**
 * One execution of one scenario in one mode, as the result file has it: raw samples, from which every figure
 * of a report is computed. Times are ms from the start of the run, on the clock that the result names.
 */
import { z } from 'zod'

export const phaseSchema = z.enum(['card-analysis', 'story-generation', 'subtask-generation'])

/** Why a task of the pipeline waited, other than for Claude's answer or a database round trip. */
export const waitCauseSchema = z.enum(['pacing', 'backoff', 'governor', 'pool', 'lock'])

const ms = z.number().nonnegative()
const count = z.number().int().nonnegative()

/** Flags as resolved: each on its own, as stamped on the run. */
export const flagsSchema = z.strictObject({
  batchWrites: z.boolean(),
  atomicLog: z.union([z.literal(false), z.enum(['concat', 'table'])]),
  optimisticLocking: z.boolean(),
  transactions: z.boolean(),
  parallelUploads: z.number().int().positive(),
  parallelEpics: z.number().int().positive(),
  rateGovernor: z.boolean(),
})

/** One request to Claude as the engine sees it: `attempts` HTTP requests until it succeeded or was given up. */
export const callSchema = z.strictObject({
  id: count,
  phase: phaseSchema,
  /** What it was for, e.g. `upload 3`, `epic 7`, `story 7.2` (positions from 1). */
  item: z.string(),
  /** From before the first attempt (after pacing) until the last answer. */
  startMs: ms,
  endMs: ms,
  attempts: count,
  ok: z.boolean(),
  error: z.string().optional(),
})

/** One HTTP request, from the SDK's fetch until its body was read. Times from the start of the run. */
export const attemptSchema = z.strictObject({
  call: count,
  phase: phaseSchema,
  startMs: ms,
  endMs: ms,
  /** HTTP status; 0 where no answer came. */
  status: z.number().int(),
  inputTokens: count,
  outputTokens: count,
})

export const waitSchema = z.strictObject({
  cause: waitCauseSchema,
  phase: phaseSchema,
  /** What waited, as in a call's `item`; null where it cannot be told (`pool` and `lock`). */
  item: z.string().nullable(),
  startMs: ms,
  endMs: ms,
})

export const roundTripGroupSchema = z.strictObject({
  phase: phaseSchema,
  /** Verb and table, e.g. `INSERT Card`, `UPDATE Run`, `BEGIN`, `COMMIT`. */
  shape: z.string(),
  count,
  /** How many of them were sent between BEGIN and the end of a transaction; COMMIT and ROLLBACK are. null where an older version wrote the result. */
  inTransaction: count.nullable(),
  /** Time that the callers waited for them, ms, pool and lock waits left out. */
  totalMs: ms,
})

/** Transactions of a phase: each holds a connection, and locks on what it has changed, until it ends. */
export const transactionGroupSchema = z.strictObject({
  phase: phaseSchema,
  count,
  /** From the sending of BEGIN until the connection is given back, added up. */
  totalMs: ms,
  longestMs: ms,
})

export const phaseResultSchema = z.strictObject({
  phase: phaseSchema,
  startMs: ms,
  endMs: ms,
  /** Time of the invocations spent in this phase: endMs - startMs. */
  durationMs: ms,
  /** Units of work: uploads, epics, stories. */
  items: count,
})

/** A limit of the API key: buckets that refill, and the requests that may be under way at once. */
export const limitNameSchema = z.enum(['requests', 'input-tokens', 'output-tokens', 'tokens', 'concurrent'])

/** How much of one limit was in use, as the mock that holds the limit has it. */
export const limitUseSchema = z.strictObject({
  limit: limitNameSchema,
  /** What a full bucket holds; for `concurrent` the requests that may be under way at once. */
  capacity: z.number().positive(),
  /** What a minute gives back, linearly; null for `concurrent`. */
  refillPerMinute: z.number().positive().nullable(),
  /**
   * In order of time: when an attempt has been let in or refused, and when its answer is complete. `used` is
   * the share of the capacity in use just after that: above 1 where output put the bucket into debt. Between
   * two samples a bucket only refills.
   */
  samples: z.array(z.strictObject({ atMs: ms, used: z.number().nonnegative() })),
})

/** The lower bounds, and the largest of them. Derivation: docs/metrics.md. */
export const lowerBoundSchema = z.strictObject({
  ms,
  binding: z.enum(['critical-path', 'concurrency', 'requests', 'input-tokens', 'output-tokens', 'tokens']),
  parts: z.record(z.string(), ms),
})

/** What a run has left in the database, counted there. */
export const outputSchema = z.strictObject({
  runStatus: z.string(),
  uploads: count,
  cards: count,
  epics: count,
  stories: count,
  subtasks: count,
  logLines: count,
  /** The run's own counters, as the engine kept them. */
  totalItems: count,
  completedItems: count,
  failedItems: count,
  /** Why the first item that failed did. */
  firstError: z.string().nullable(),
  /** SHA-256 over the content of all cards, epics, stories and subtasks in order. */
  digest: z.string(),
})

/** One execution of one scenario in one mode. Raw: every figure of a report is computed from these. */
export const repetitionSchema = z.strictObject({
  durationMs: ms,
  /** Real time that it took to simulate (or to run), ms. */
  wallMs: ms,
  /** Each phase once, however many invocations it took. */
  phases: z.array(phaseResultSchema),
  /** Each call of process-next, timed by the bench around it. */
  invocations: z.array(z.strictObject({ startMs: ms, endMs: ms, outcome: z.string() })),
  roundTrips: z.array(roundTripGroupSchema),
  /** Empty where an older version wrote the result. */
  transactions: z.array(transactionGroupSchema),
  /** Most database connections in use at once. */
  peakConnections: count,
  calls: z.array(callSchema),
  attempts: z.array(attemptSchema),
  waits: z.array(waitSchema),
  /** One for each limit that the scenario has. */
  limits: z.array(limitUseSchema),
  /** Lines that the engine wrote into the run's log; `output.logLines` is what is there. */
  logLinesWritten: count,
  costUsd: z.number().nonnegative(),
  lowerBound: lowerBoundSchema,
  /** Lower bound / measured, 0 to 1. */
  efficiency: z.number().nonnegative(),
  output: outputSchema,
})

export type PhaseName = z.infer<typeof phaseSchema>
export type WaitCause = z.infer<typeof waitCauseSchema>
export type ResultFlags = z.infer<typeof flagsSchema>
export type CallResult = z.infer<typeof callSchema>
export type AttemptResult = z.infer<typeof attemptSchema>
export type WaitResult = z.infer<typeof waitSchema>
export type LimitName = z.infer<typeof limitNameSchema>
export type LimitUseResult = z.infer<typeof limitUseSchema>
export type RoundTripGroup = z.infer<typeof roundTripGroupSchema>
export type TransactionGroup = z.infer<typeof transactionGroupSchema>
export type PhaseResult = z.infer<typeof phaseResultSchema>
export type LowerBound = z.infer<typeof lowerBoundSchema>
export type Repetition = z.infer<typeof repetitionSchema>
