/**
 * The result file: what a run of the bench leaves behind, and all that a report is made from.
 * All times are ms of the clock that `clock` names, unless a name says otherwise (`wall…`: real time).
 */
import { z } from 'zod'
import { ablationSchema, scalingCurveSchema } from './curves-schema.ts'
import { flagsSchema, outputSchema, repetitionSchema } from './repetition-schema.ts'

/** Raised whenever the meaning or the shape of a field changes. */
export const RESULT_SCHEMA_VERSION = 3

const ms = z.number().nonnegative()
const count = z.number().int().nonnegative()

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
  /** What each flag brings by itself; null where it was not asked for (`--ablate`). */
  ablation: ablationSchema.nullable(),
  /** Empty where none was asked for (`--scale` or `--concurrency` with several values). */
  scaling: z.array(scalingCurveSchema),
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

export type ModeResult = z.infer<typeof modeResultSchema>
export type VariantResult = z.infer<typeof variantResultSchema>
export type UnboundedResult = z.infer<typeof unboundedSchema>
export type Check = z.infer<typeof checkSchema>
export type ScenarioResult = z.infer<typeof scenarioResultSchema>
export type BenchResult = z.infer<typeof resultSchema>
export type { Ablation, AblationStep, RunPoint, ScalingCurve, ScalingPoint } from './curves-schema.ts'
export type {
  AttemptResult,
  CallResult,
  LimitName,
  LimitUseResult,
  LowerBound,
  PhaseName,
  PhaseResult,
  Repetition,
  ResultFlags,
  RoundTripGroup,
  TransactionGroup,
  WaitCause,
  WaitResult,
} from './repetition-schema.ts'
