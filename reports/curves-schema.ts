/**
 * What single runs beside the modes measured: each flag by itself, and how a mode grows with its workload or
 * its concurrency. All on the virtual clock, one run a point.
 */
import { z } from 'zod'
import { flagsSchema } from './repetition-schema.ts'

const ms = z.number().nonnegative()
const count = z.number().int().nonnegative()

/** The figures of one run: those of a repetition, without its samples. */
export const runPointSchema = z.strictObject({
  durationMs: ms,
  roundTrips: count,
  calls: count,
  attempts: count,
  /** Attempts that were answered with 429. */
  refused429: count,
  /** Sum over all tasks and causes. */
  waitMs: ms,
  costUsd: z.number().nonnegative(),
  /** Above 0 the run did less work than the others: its duration is no gain. */
  failedItems: count,
  lowerBoundMs: ms,
  /** Lower bound / measured, 0 to 1. */
  efficiency: z.number().nonnegative(),
})

/** One flag: alone on tier 0, added to those before it, and taken out of all of them. */
export const ablationStepSchema = z.strictObject({
  /** As `--flags` takes it, e.g. `batchWrites`, `atomicLog=table`, `parallelUploads=3`. */
  flag: z.string(),
  /** The tier that it belongs to. */
  tier: z.number().int().min(1).max(3),
  /** All flags that are in force in `added`. */
  flags: flagsSchema,
  /** Tier 0 and this flag; null where that is refused as unsafe. */
  alone: runPointSchema.nullable(),
  /** Why `alone` is null, one sentence; null where it is not. */
  aloneRefused: z.string().nullable(),
  /** Tier 0, the flags of the steps before, and this one. */
  added: runPointSchema,
  /** The last step's flags without this one; null where that is refused as unsafe. */
  without: runPointSchema.nullable(),
  /** Why `without` is null, one sentence; null where it is not. */
  withoutRefused: z.string().nullable(),
})

export const ablationSchema = z.strictObject({
  /** Tier 0: no flag. */
  base: runPointSchema,
  /** In the order of the tiers; those flags that tier 3 sets in this scenario. */
  steps: z.array(ablationStepSchema),
})

/** How one mode grows. */
export const scalingCurveSchema = z.strictObject({
  /** `scale`: times the scenario's documents. `concurrency`: parallelUploads and parallelEpics. */
  axis: z.enum(['scale', 'concurrency']),
  /** A mode's name, or a variant's. */
  mode: z.string(),
  /** In rising order of `value`. */
  points: z.array(runPointSchema.extend({ value: z.number().int().positive() })),
})

export type RunPoint = z.infer<typeof runPointSchema>
export type AblationStep = z.infer<typeof ablationStepSchema>
export type Ablation = z.infer<typeof ablationSchema>
export type ScalingCurve = z.infer<typeof scalingCurveSchema>
export type ScalingPoint = ScalingCurve['points'][number]
