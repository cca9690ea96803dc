import { z } from 'zod'
import type { InvocationOutcome } from '../events.ts'
import { flagsSchema } from '../flags.ts'
import type { LogPage, RunResults, RunSummary } from '../run/read-run.ts'

const itemStatusSchema = z.enum(['PENDING', 'RESERVED', 'GENERATING', 'COMPLETED', 'FAILED', 'CANCELLED'])
/** How a run can end. */
export const endStatusSchema = z.enum(['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED'])
export const runStatusSchema = z.enum(['PENDING', 'RUNNING', ...endStatusSchema.options])
const time = z.iso.datetime()
const count = z.int().min(0)
const position = z.int().min(0)

/** What POST /runs, GET /runs/:id, cancel, retry and regenerate answer with. */
export const runSummarySchema = z.strictObject({
  id: z.string(),
  status: runStatusSchema,
  phase: z.enum(['card-analysis', 'story-generation', 'subtask-generation']),
  flags: flagsSchema,
  pacing: z.string(),
  progress: z.strictObject({ total: count, completed: count, failed: count }),
  error: z.string().nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
}) satisfies z.ZodType<RunSummary>

/** What process-next answers with; `busy` in the body of a 409. */
export const outcomeSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('continue') }),
  z.strictObject({ state: z.literal('finished'), status: endStatusSchema }),
  z.strictObject({ state: z.literal('helped') }),
  z.strictObject({ state: z.literal('busy') }),
]) satisfies z.ZodType<InvocationOutcome>

export const logLineSchema = z.strictObject({ at: time, line: z.string() })

/** GET /runs/:id/log */
export const logPageSchema = z.strictObject({
  lines: z.array(logLineSchema),
  next: count,
}) satisfies z.ZodType<LogPage>

const item = { id: z.string(), position, status: itemStatusSchema, error: z.string().nullable() }

export const cardSchema = z.strictObject({
  id: z.string(),
  position,
  epicId: z.string().nullable(),
  title: z.string(),
  summary: z.string(),
  kind: z.string(),
})

export const subtaskSchema = z.strictObject({
  id: z.string(),
  position,
  title: z.string(),
  description: z.string(),
  estimateHours: z.int(),
})

export const storySchema = z.strictObject({
  ...item,
  title: z.string(),
  narrative: z.string(),
  acceptance: z.array(z.string()),
  points: z.int(),
  subtasks: z.array(subtaskSchema),
})

/** GET /runs/:id/results */
export const runResultsSchema = z.strictObject({
  id: z.string(),
  status: runStatusSchema,
  uploads: z.array(z.strictObject({ ...item, filename: z.string(), cards: z.array(cardSchema) })),
  epics: z.array(z.strictObject({ ...item, title: z.string(), stories: z.array(storySchema) })),
}) satisfies z.ZodType<RunResults>

/** GET /flags */
export const flagsAnswerSchema = z.strictObject({
  default: flagsSchema,
  tiers: z.record(z.enum(['0', '1', '2', '3']), flagsSchema),
})

/** GET /health */
export const healthSchema = z.strictObject({
  status: z.enum(['ok', 'unavailable']),
  database: z.enum(['reachable', 'unreachable']),
})
