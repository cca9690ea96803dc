/** What `npm run verify` leaves behind, and all that its reports are made from. */
import { z } from 'zod'
import { flagsSchema } from '../repetition-schema.ts'
import { environmentSchema } from '../result-schema.ts'

/** Raised whenever the meaning or the shape of a field changes. */
export const VERIFY_SCHEMA_VERSION = 1

const count = z.number().int().nonnegative()

/** A schedule that violated an invariant, shrunk as far as it went. */
export const failureSchema = z.strictObject({
  /** What it was drawn from, e.g. `H5-tier2-off-81726354`: `--replay` takes it. */
  name: z.string(),
  /** The file of the shrunk schedule, relative to the result: `--replay` takes it, too. */
  file: z.string(),
  invariant: z.string(),
  detail: z.string(),
  /** Steps of the history before and after shrinking. */
  steps: count,
  stepsShrunk: count,
  /** The history as a table, a column for each actor, the place where it goes wrong marked with `>>`. */
  explanation: z.array(z.string()),
})

/** The schedules of a hazard with one set of flags. */
export const sideSchema = z.strictObject({
  flags: flagsSchema,
  schedules: count,
  /** In how many of them an invariant did not hold. */
  violated: count,
  /** Largest rate of violation that this leaves possible, with 95 % confidence (Clopper and Pearson). */
  atMost: z.number().min(0).max(1),
  /** How often each invariant did not hold. */
  invariants: z.array(z.strictObject({ invariant: z.string(), schedules: count })),
  /** Schedules that came to no end: nothing can be said of them, and the verdict is no. */
  broken: z.array(z.strictObject({ name: z.string(), message: z.string() })),
  failures: z.array(failureSchema),
})

export const hazardResultSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  removedBy: z.array(z.string()),
  /** Whether the tier is to remove it. What it does not promise has no say in the verdict. */
  promised: z.boolean(),
  off: sideSchema,
  on: sideSchema,
  /**
   * `removed`: shown with the flags off, and not found with them on. `not-shown`: not provoked with the flags
   * off, so that its absence says nothing. `not-run`: left out by `--hazard`, or no time was left for it.
   */
  verdict: z.enum(['removed', 'violated', 'not-shown', 'not-promised', 'not-run']),
})

/** A check with real processes and a real server. */
export const realCheckSchema = z.strictObject({
  name: z.string(),
  state: z.enum(['passed', 'failed', 'skipped']),
  detail: z.string(),
})

export const adviceSchema = z.strictObject({
  /** The bench result that it comes from. */
  source: z.string(),
  lines: z.array(z.string()),
})

export const verifyResultSchema = z.strictObject({
  schemaVersion: z.literal(VERIFY_SCHEMA_VERSION),
  tierbench: z.string(),
  startedAt: z.iso.datetime(),
  /** Real time, ms. */
  wallMs: z.number().nonnegative(),
  command: z.string(),
  environment: environmentSchema,
  tier: z.number().int().min(1).max(3),
  seed: count,
  /** Asked for, for each hazard with the flags on. */
  schedules: count,
  /** Of `of` parts this one; null where it is the whole. */
  shard: z.strictObject({ index: count, of: count }).nullable(),
  /** Whether `--time-limit` ended it before all schedules were run. */
  cutShort: z.boolean(),
  hazards: z.array(hazardResultSchema),
  /** null without `--real`. */
  real: z.array(realCheckSchema).nullable(),
  verdict: z.strictObject({ rollOut: z.boolean(), reasons: z.array(z.string()) }),
  /** null without `--bench`. */
  advice: adviceSchema.nullable(),
})

export type VerifyFailure = z.infer<typeof failureSchema>
export type VerifySide = z.infer<typeof sideSchema>
export type HazardResult = z.infer<typeof hazardResultSchema>
export type RealCheck = z.infer<typeof realCheckSchema>
export type RolloutAdvice = z.infer<typeof adviceSchema>
export type VerifyResult = z.infer<typeof verifyResultSchema>
