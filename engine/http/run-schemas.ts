import { z } from 'zod'
import { flagsSchema } from '../flags.ts'

/** Longer than this, a document leaves no room for the answer in the model's context of 200,000 tokens. */
const MOST_CHARACTERS = 600_000
const MOST_UPLOADS = 1_000
const MOST_LINES = 1_000

/** Text that PostgreSQL can store. */
const text = z.string().refine((value) => !/[\0\p{Surrogate}]/u.test(value), {
  error: 'Expected text without NUL characters and lone surrogates',
})

export const uploadSchema = z.strictObject({
  filename: text.min(1).max(255),
  content: text.min(1).max(MOST_CHARACTERS),
})

/** POST /runs */
export const createRunBodySchema = z.strictObject({
  uploads: z.array(uploadSchema).min(1).max(MOST_UPLOADS),
  /** The flags to begin with. @default those in force on this server */
  tier: z.literal([0, 1, 2, 3]).optional(),
  /** Changed on top of them. */
  flags: flagsSchema.partial().optional(),
})

/** POST /runs/:id/process-next */
export const processNextBodySchema = z.strictObject({
  /** Where another invocation holds the run, help it instead of being told that it is busy. */
  join: z.boolean().default(false),
})

/** POST /runs/:id/regenerate */
export const regenerateBodySchema = z.strictObject({
  phase: z.enum(['story-generation', 'subtask-generation']),
  /** What happens to what an item holds already. */
  existing: z.enum(['skip', 'replace', 'append']),
})

/** POST /runs/:id/cancel and /retry: there is nothing to say. */
export const emptyBodySchema = z.strictObject({})

const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'Expected a whole number from 0')
  .transform(Number)

/** A position in a run's log; 0 is before its first line. */
export const logPositionSchema = wholeNumber

/** GET /runs/:id/log */
export const logQuerySchema = z.strictObject({
  after: logPositionSchema.default(0),
  take: wholeNumber.pipe(z.int().min(1).max(MOST_LINES)).default(100),
})

/** GET /runs/:id/events */
export const eventsQuerySchema = z.strictObject({ after: logPositionSchema.optional() })

/** GET of what takes no parameters. */
export const emptyQuerySchema = z.strictObject({})
