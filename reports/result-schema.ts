/**
 * The result file: what a run of the bench leaves behind, and all that a report is made from.
 * All times are ms of the clock that `clock` names, unless a name says otherwise (`wall…`: real time).
 */
import { z } from 'zod'

/** Raised whenever the meaning or the shape of a field changes. */
export const RESULT_SCHEMA_VERSION = 2

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
  startMs: ms,
  endMs: ms,
})

export const roundTripGroupSchema = z.strictObject({
  phase: phaseSchema,
  /** Verb and table, e.g. `INSERT Card`, `UPDATE Run`, `BEGIN`, `COMMIT`. */
  shape: z.string(),
  count,
  /** Time that the callers waited for them, ms, pool and lock waits left out. */
  totalMs: ms,
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
  /** Most database connections in use at once. */
  peakConnections: count,
  calls: z.array(callSchema),
  attempts: z.array(attemptSchema),
  waits: z.array(waitSchema),
  /** Lines that the engine wrote into the run's log; `output.logLines` is what is there. */
  logLinesWritten: count,
  costUsd: z.number().nonnegative(),
  lowerBound: lowerBoundSchema,
  /** Lower bound / measured, 0 to 1. */
  efficiency: z.number().nonnegative(),
  output: outputSchema,
})

/** End-to-end duration over the repetitions: tinybench's statistics. */
export const durationSchema = z.strictObject({
  samples: count,
  meanMs: ms,
  minMs: ms,
  maxMs: ms,
  p50Ms: ms,
  sdMs: ms,
  /** Relative margin of error of the mean at 95 %, percent. */
  rmePercent: ms,
})

export const modeResultSchema = z.strictObject({
  /** sequential, batched, safe, parallel, or `custom` for a set of flags of the user's. */
  mode: z.string(),
  tier: z.number().int().min(0).max(3).nullable(),
  flags: flagsSchema,
  duration: durationSchema,
  repetitions: z.array(repetitionSchema).min(1),
})

/** A mode with other flags, shown beside it. */
export const variantResultSchema = modeResultSchema.extend({
  /** The mode that it is a variant of. */
  of: z.string(),
  /** What is different, one sentence. */
  description: z.string(),
})

/**
 * A run with a budget that stops nothing, for its output alone: always on the virtual clock. There is one
 * where every mode took several invocations.
 */
export const unboundedSchema = z.strictObject({
  /** The mode whose flags it had. */
  mode: z.string(),
  budgetMs: ms,
  durationMs: ms,
  invocations: count,
  output: outputSchema,
})

/** What must hold of a scenario, whatever was measured. */
export const checkSchema = z.strictObject({
  name: z.string(),
  ok: z.boolean(),
  detail: z.string(),
  /** Whether a short report shows it where it passed, too: its detail has a figure to be seen. */
  shown: z.enum(['always', 'when failed']),
})

export const scenarioResultSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  /** Whether it is large enough to judge the plan's claims by. */
  judgesPlan: z.boolean(),
  /** SHA-256 of the scenario's data and of the documents it ran on. */
  hash: z.string(),
  seed: z.number().int(),
  uploads: z.strictObject({ source: z.string(), files: count, words: count }),
  /** The scenario as it was run, for the record. */
  definition: z.record(z.string(), z.unknown()),
  /** Time budget of one invocation, ms. */
  budgetMs: ms,
  modes: z.array(modeResultSchema).min(1),
  variants: z.array(variantResultSchema),
  /** null where a mode ended within one invocation: then that one is the unbounded run. */
  unbounded: unboundedSchema.nullable(),
  checks: z.array(checkSchema),
})

/** What a result must be traced to. */
export const environmentSchema = z.strictObject({
  node: z.string(),
  os: z.string(),
  cpu: z.string(),
  cores: count,
  memoryBytes: count,
  database: z.strictObject({
    version: z.string(),
    source: z.enum(['embedded', 'DATABASE_URL']),
    /** Settings that differ from a production server's, e.g. fsync=off. */
    settings: z.record(z.string(), z.string()),
  }),
  packages: z.record(z.string(), z.string()),
  git: z.strictObject({ commit: z.string(), dirty: z.boolean() }).nullable(),
})

export const resultSchema = z.strictObject({
  schemaVersion: z.literal(RESULT_SCHEMA_VERSION),
  tierbench: z.string(),
  startedAt: z.iso.datetime(),
  wallMs: ms,
  clock: z.enum(['virtual', 'real']),
  /** The command that repeats this run. */
  command: z.string(),
  environment: environmentSchema,
  /** What is modelled and not measured, one sentence each: every report shows it. */
  modelled: z.array(z.string()),
  scenarios: z.array(scenarioResultSchema).min(1),
})

export type PhaseName = z.infer<typeof phaseSchema>
export type WaitCause = z.infer<typeof waitCauseSchema>
export type ResultFlags = z.infer<typeof flagsSchema>
export type CallResult = z.infer<typeof callSchema>
export type AttemptResult = z.infer<typeof attemptSchema>
export type WaitResult = z.infer<typeof waitSchema>
export type RoundTripGroup = z.infer<typeof roundTripGroupSchema>
export type PhaseResult = z.infer<typeof phaseResultSchema>
export type LowerBound = z.infer<typeof lowerBoundSchema>
export type Repetition = z.infer<typeof repetitionSchema>
export type ModeResult = z.infer<typeof modeResultSchema>
export type VariantResult = z.infer<typeof variantResultSchema>
export type UnboundedResult = z.infer<typeof unboundedSchema>
export type Check = z.infer<typeof checkSchema>
export type ScenarioResult = z.infer<typeof scenarioResultSchema>
export type BenchResult = z.infer<typeof resultSchema>
