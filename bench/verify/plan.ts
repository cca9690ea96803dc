import { z } from 'zod'
import { flagsSchema } from '../../engine/index.ts'
import { faultsSchema } from '../../mocks/index.ts'

/**
 * A schedule: everything that decides one interleaving, drawn from a seed and then plain data. The same plan
 * gives the same history, statement for statement, on any machine. Times are ms of the virtual clock.
 */

const ms = z.number().nonnegative()
/** Counts what an actor sends: statements and calls, from 1. */
const at = z.int().positive()

export const HAZARD_IDS = ['H1', 'H2', 'H3', 'H4', 'H5', 'H6', 'H7', 'H8', 'H9', 'H10'] as const
export const hazardIdSchema = z.enum(HAZARD_IDS)
export type HazardId = z.infer<typeof hazardIdSchema>

/** What goes wrong between an actor and the database. */
export const databaseFaultSchema = z.strictObject({
  /** Not before this of the actor's statements; the first from then on to which it can happen. */
  at,
  /**
   * `connection-lost`: the connection breaks and the statement does not arrive. `answer-lost`: it is carried
   * out, and the connection breaks before the answer. `deadlock` (40P01) and `serialisation-failure` (40001)
   * end the transaction, so that they happen in transactions alone.
   */
  kind: z.enum(['connection-lost', 'answer-lost', 'deadlock', 'serialisation-failure']),
})
export type DatabaseFault = z.infer<typeof databaseFaultSchema>

/** One process: an engine with a client, a pool and a clock of its own. */
export const actorPlanSchema = z.strictObject({
  /** `work`: calls process-next. `add-story`: a user who adds a story by hand. */
  job: z.enum(['work', 'add-story']),
  startMs: ms,
  /** process-next is called with `join`. */
  join: z.boolean(),
  /** Times that process-next is called, as long as the run has not ended. */
  invocations: z.int().positive(),
  /** Between two of them. */
  pauseMs: ms,
  /** Which runs, in this order. */
  runs: z.array(z.int().nonnegative()).min(1),
  /** What a statement takes, about. */
  statementMs: ms,
  /** What a call takes, about. */
  callMs: ms,
  /** From the nth statement or call on the actor is faster or slower. */
  changes: z.array(z.strictObject({ at, statementMs: ms, callMs: ms })),
  /** Its clock is ahead (or behind) by so much. */
  skewMs: z.number(),
  /** Its clock jumps. */
  jump: z.strictObject({ at, ms: z.number() }).nullable(),
  /** The whole process stands still, as one that is suspended. */
  stall: z.strictObject({ at, ms }).nullable(),
  /** The process dies before this statement or call is sent. */
  diesAt: at.nullable(),
  /** The process is killed this long after an invocation began, as platforms do. */
  killedAfterMs: ms.nullable(),
  databaseFaults: z.array(databaseFaultSchema),
})
export type ActorPlan = z.infer<typeof actorPlanSchema>

/** An actor that is quick, works once, and meets nothing. */
export const UNDISTURBED: ActorPlan = {
  job: 'work',
  startMs: 0,
  join: false,
  invocations: 1,
  pauseMs: 0,
  runs: [0],
  statementMs: 1,
  callMs: 10,
  changes: [],
  skewMs: 0,
  jump: null,
  stall: null,
  diesAt: null,
  killedAfterMs: null,
  databaseFaults: [],
}

export const workloadSchema = z.strictObject({
  runs: z.int().positive(),
  uploads: z.int().positive(),
  cardsPerUpload: z.int().positive(),
  cardsPerEpic: z.int().positive(),
  storiesPerEpic: z.int().positive(),
  subtasksPerStory: z.int().positive(),
  budgetMs: ms,
  leaseMs: ms,
  /** `new`: from the first phase on. Else a finished run whose one epic has no stories, reopened so. */
  start: z.enum(['new', 'skip', 'replace', 'append']),
  /** The governors of all actors share their state through the database. */
  sharedGovernor: z.boolean(),
})
export type Workload = z.infer<typeof workloadSchema>

export const planSchema = z.strictObject({
  hazard: hazardIdSchema,
  seed: z.int().nonnegative(),
  flags: flagsSchema,
  workload: workloadSchema,
  actors: z.array(actorPlanSchema).min(1),
  apiFaults: faultsSchema,
})
export type SchedulePlan = z.infer<typeof planSchema>
