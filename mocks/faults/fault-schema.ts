import { z } from 'zod'
import { ERROR_STATUS, type ErrorType } from '../errors.ts'
import type { Fault } from './fault.ts'

const milliseconds = z.number().min(0)
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'Expected the name of a header')
const fraction = z.number().min(0).max(1)

const conditions = {
  endpoint: z.enum(['messages', 'count_tokens', 'batches', 'models']).optional(),
  fromMs: milliseconds.optional(),
  untilMs: milliseconds.optional(),
  apiKey: z.string().min(1).optional(),
  model: z.string().min(1).optional(),
  header: z.strictObject({ name: headerName, value: z.string().optional() }).optional(),
  promptIncludes: z.string().min(1).optional(),
  nthRequest: z.int().positive().optional(),
  everyNthRequest: z.int().positive().optional(),
  probability: fraction.optional(),
}

const kinds = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status').optional(),
    status: z.literal([429, 500, 502, 504, 529]),
    retryAfterSeconds: z.number().min(0).optional(),
    errorCode: z.string().min(1).optional(),
    afterMs: milliseconds.optional(),
    ...conditions,
  }),
  z.strictObject({
    kind: z.literal('stream-error'),
    errorType: z.enum(Object.keys(ERROR_STATUS) as [ErrorType, ...ErrorType[]]).optional(),
    afterFraction: fraction.optional(),
    ...conditions,
  }),
  z.strictObject({
    kind: z.literal('stall'),
    forMs: milliseconds.optional(),
    at: z.enum(['start', 'body']).optional(),
    ...conditions,
  }),
  z.strictObject({
    kind: z.literal('truncated'),
    afterFraction: fraction.optional(),
    ending: z.enum(['closed', 'reset']).optional(),
    ...conditions,
  }),
  z.strictObject({ kind: z.literal('malformed-json'), ...conditions }),
  z.strictObject({ kind: z.literal('slow-body'), overMs: milliseconds, ...conditions }),
  z.strictObject({ kind: z.literal('schema-violation'), ...conditions }),
  z.strictObject({ kind: z.literal('refusal'), ...conditions }),
  z.strictObject({ kind: z.literal('max-tokens'), tokens: z.int().min(0).optional(), ...conditions }),
  z.strictObject({ kind: z.literal('connection-refused'), ...conditions }),
  z.strictObject({ kind: z.literal('connection-reset'), afterMs: milliseconds.optional(), ...conditions }),
])

function timesInOrder(
  { fromMs = 0, untilMs }: { fromMs?: number | undefined; untilMs?: number | undefined },
  context: z.RefinementCtx,
): void {
  if (untilMs !== undefined && untilMs <= fromMs) {
    context.addIssue({
      code: 'custom',
      path: ['untilMs'],
      message: `Expected more than fromMs (${fromMs}), got ${untilMs}`,
    })
  }
}

/**
 * A list of faults as it may come from a JSON file; unknown keys are refused. Zod types an absent
 * optional as `undefined`, which exactOptionalPropertyTypes tells apart: hence the cast.
 */
export const faultsSchema = z.array(kinds.superRefine(timesInOrder)).readonly() as unknown as z.ZodType<
  readonly Fault[]
>
