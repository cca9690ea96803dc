/** What `npm run verify` leaves behind, and all that its reports are made from. */
import { z } from 'zod'
import { flagsSchema } from '../repetition-schema.ts'
import { environmentSchema } from '../result-schema.ts'

/** Raised whenever the meaning or the shape of a field changes. */
export const VERIFY_SCHEMA_VERSION = 2

const count = z.number().int().nonnegative()

/** The history of a schedule, or the part of it around the place where it goes wrong: a column for each actor. */
export const timelineSchema = z.strictObject({
  columns: z.array(z.string()).min(1),
  steps: z.array(
    z.strictObject({
      /** Since the schedule began, ms of the virtual clock. */
      atMs: z.number().nonnegative(),
      /** Index of the column. */
      column: count,
      kind: z.enum(['statement', 'event', 'call', 'fault']),
      text: z.string(),
      /** Whether it goes wrong here. */
      wrong: z.boolean(),
    }),
  ),
  /** Steps of the history that are left out. */
  hidden: count,
})

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
  /** The same, for reports that draw it themselves. */
  timeline: timelineSchema,
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

/** What is known of a tier that is to be rolled out before: of its newest whole result of `verify`. */
export const lowerTierSchema = z.strictObject({
  tier: z.number().int().min(1).max(2),
  /**
   * `other-commit`: it was verified, but not as it is now. `not-verified`: no result was found. A `do-not-roll-out`
   * counts whatever the commit: who has repaired it verifies it again.
   */
  state: z.enum(['roll-out', 'do-not-roll-out', 'other-commit', 'not-verified']),
  /** The file that says so, and what stands in it; null where none was found. */
  result: z
    .strictObject({
      source: z.string(),
      startedAt: z.iso.datetime(),
      /** null outside of a git checkout. */
      commit: z.string().nullable(),
      dirty: z.boolean(),
      /** Schedules for each hazard. */
      schedules: count,
      /** The first reason of its verdict. */
      reason: z.string(),
    })
    .nullable(),
})

/** A tier and the one below it in a scenario of the bench. */
export const gainSchema = z.strictObject({
  scenario: z.string(),
  /** Median, ms of the bench's clock; null where the result has no such mode. */
  durationMs: z.strictObject({ own: z.number(), below: z.number() }).nullable(),
  roundTrips: z.strictObject({ own: count, below: count }).nullable(),
  costUsd: z.strictObject({ own: z.number(), below: z.number() }).nullable(),
})

export const adviceSchema = z.strictObject({
  /** The tiers below, in the order in which they are to be rolled out. */
  lowerTiers: z.array(lowerTierSchema),
  /** Whether each of them is `roll-out`. */
  orderKept: z.boolean(),
  /** null without `--bench`. */
  bench: z.strictObject({ source: z.string(), gains: z.array(gainSchema) }).nullable(),
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
  advice: adviceSchema,
})

export type Timeline = z.infer<typeof timelineSchema>
export type LowerTier = z.infer<typeof lowerTierSchema>
export type TierGain = z.infer<typeof gainSchema>
export type VerifyFailure = z.infer<typeof failureSchema>
export type VerifySide = z.infer<typeof sideSchema>
export type HazardResult = z.infer<typeof hazardResultSchema>
export type RealCheck = z.infer<typeof realCheckSchema>
export type RolloutAdvice = z.infer<typeof adviceSchema>
export type VerifyResult = z.infer<typeof verifyResultSchema>
