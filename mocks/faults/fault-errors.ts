import type { ApiError, ErrorType } from '../errors.ts'
import type { StatusFault, StreamErrorFault } from './fault.ts'

const ERROR_TYPE = {
  429: 'rate_limit_error',
  500: 'api_error',
  502: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
} as const satisfies Record<StatusFault['status'], ErrorType>

const MESSAGE: Partial<Record<ErrorType, string>> = {
  rate_limit_error: 'This request would exceed your rate limit. Please try again later.',
  api_error: 'Internal server error',
  timeout_error: 'Request timed out',
  overloaded_error: 'Overloaded',
}

export function statusFaultError(fault: StatusFault): ApiError {
  return {
    ...faultError(ERROR_TYPE[fault.status]),
    status: fault.status,
    ...(fault.errorCode === undefined ? {} : { errorCode: fault.errorCode }),
  }
}

export function streamFaultError(fault: StreamErrorFault): ApiError {
  return faultError(fault.errorType ?? 'overloaded_error')
}

function faultError(type: ErrorType): ApiError {
  return { type, message: MESSAGE[type] ?? `Injected ${type}` }
}

/** What a proxy in front of the API answers: no JSON. */
export const BAD_GATEWAY_PAGE = `<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>cloudflare</center>
</body>
</html>
`
