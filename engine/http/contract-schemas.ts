import { z } from 'zod'
import { endStatusSchema, runStatusSchema } from './answer-schemas.ts'

/**
 * What a service of somebody else's answers, so that it can be loaded like this one: a part of what this
 * one answers. What else it says is for it to choose.
 */

/** POST /runs, and GET /runs/:id */
export const contractRunSchema = z.looseObject({
  id: z.string().min(1),
  status: runStatusSchema,
})

/** POST /runs/:id/process-next. `helped` counts as `continue`. */
export const contractOutcomeSchema = z.discriminatedUnion('state', [
  z.looseObject({ state: z.literal('continue') }),
  z.looseObject({ state: z.literal('helped') }),
  z.looseObject({ state: z.literal('finished'), status: endStatusSchema }),
])

/** What is not 2xx. 409 with the code RUN_BUSY, and 503, are asked again after `Retry-After`. */
export const contractErrorSchema = z.looseObject({
  error: z.looseObject({ code: z.string(), message: z.string() }),
})
