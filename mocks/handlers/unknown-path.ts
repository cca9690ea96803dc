import { type HttpHandler, http } from 'msw'
import { type Endpoint, handleAttempt, type MockState, rejected } from '../attempt.ts'
import type { ApiError } from '../errors.ts'

/** What the endpoints before it did not take: the wrong method gets 405, an unknown path 404. */
export function unknownPathHandlers(state: MockState): HttpHandler[] {
  const { baseUrl } = state.options
  return [
    http.all(`${baseUrl}/v1/messages`, ({ request }) =>
      handleAttempt(
        state,
        request,
        always(state, { type: 'invalid_request_error', status: 405, message: 'Method Not Allowed' }),
      ),
    ),
    http.all(`${baseUrl}/*`, ({ request }) =>
      handleAttempt(state, request, always(state, { type: 'not_found_error', message: 'Not Found' })),
    ),
  ]
}

function always(state: MockState, error: ApiError): Endpoint<null> {
  return {
    parse: () => ({ error }),
    content: () => null,
    inputTokens: () => 0,
    decide: () => rejected(error, `check:${error.type}`, state.options.rejectMs),
  }
}
