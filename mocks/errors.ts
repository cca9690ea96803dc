/** The API's error types and their HTTP statuses. */
export const ERROR_STATUS = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
} as const

export type ErrorType = keyof typeof ERROR_STATUS

export interface ApiError {
  readonly type: ErrorType
  readonly message: string
  /** @default the status of the type */
  readonly status?: number
  /** Only where the API gives a code, for example `ramp_limit_exceeded`. */
  readonly errorCode?: string
}

export function statusOf(error: ApiError): number {
  return error.status ?? ERROR_STATUS[error.type]
}

/** The JSON body of an error answer. */
export function errorBody(error: ApiError, requestId: string): string {
  const details = error.errorCode === undefined ? {} : { details: { error_code: error.errorCode } }
  return JSON.stringify({
    type: 'error',
    error: { type: error.type, message: error.message, ...details },
    request_id: requestId,
  })
}

export function invalidRequest(message: string): ApiError {
  return { type: 'invalid_request_error', message }
}
