import { z } from 'zod'
import { RunNotFoundError, RunStateError } from '../errors.ts'
import { FlagsError } from '../flags.ts'

export type ApiErrorCode =
  | 'INVALID_BODY'
  | 'INVALID_QUERY'
  | 'INVALID_HEADER'
  | 'BAD_FLAGS'
  | 'DANGEROUS_FLAGS'
  | 'UNAUTHORIZED'
  | 'UNKNOWN_HOST'
  | 'RUN_NOT_FOUND'
  | 'ROUTE_NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'RUN_BUSY'
  | 'RUN_STATE'
  | 'BODY_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'INTERNAL'
  | 'STOPPING'

/** One thing that is wrong with a request: `path` is where, e.g. `uploads.0.filename`. */
export const problemSchema = z.strictObject({ path: z.string(), message: z.string() })

/** The body of every answer that is not 2xx. What else a code brings stands beside code and message. */
export const errorBodySchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    problems: z.array(problemSchema).optional(),
  }),
})

/** A request that is answered with other than 2xx. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  constructor(
    readonly status: number,
    readonly code: ApiErrorCode,
    message: string,
    readonly more: {
      /** Stands in the body beside code and message. */
      readonly details?: Readonly<Record<string, unknown>>
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    super(message)
  }

  get response(): Response {
    const { details, headers } = this.more
    return Response.json(
      { error: { code: this.code, message: this.message, ...details } },
      { status: this.status, ...(headers ? { headers } : {}) },
    )
  }
}

/** How an error of the engine's is answered; undefined for one that no caller can do anything about. */
export function apiErrorOf(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error
  if (error instanceof RunNotFoundError) return new ApiError(404, 'RUN_NOT_FOUND', error.message)
  if (error instanceof RunStateError) return new ApiError(409, 'RUN_STATE', error.message)
  if (error instanceof FlagsError) return new ApiError(400, error.code, error.message)
  return undefined
}
