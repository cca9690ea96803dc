import { type HttpHandler, http } from 'msw'
import { rejected } from '../decision.ts'
import type { Endpoint } from '../endpoint.ts'
import type { ApiError } from '../errors.ts'
import { handleRequest } from '../handle-request.ts'
import type { MockState } from '../mock-state.ts'

const KNOWN_PATHS = [
  '/v1/messages',
  '/v1/messages/count_tokens',
  '/v1/messages/batches',
  '/v1/messages/batches/:id',
  '/v1/messages/batches/:id/cancel',
  '/v1/messages/batches/:id/results',
  '/v1/models',
  '/v1/models/:id',
]

/** What the endpoints before it did not take: the wrong method gets 405, an unknown path 404. */
export function unknownPathHandlers(state: MockState): HttpHandler[] {
  const { baseUrl } = state.options
  const wrongMethod = always(state, {
    type: 'invalid_request_error',
    status: 405,
    message: 'Method Not Allowed',
  })
  return [
    ...KNOWN_PATHS.map((path) =>
      http.all(`${baseUrl}${path}`, ({ request }) => handleRequest(state, request, wrongMethod)),
    ),
    http.all(`${baseUrl}/*`, ({ request }) =>
      handleRequest(state, request, always(state, { type: 'not_found_error', message: 'Not Found' })),
    ),
  ]
}

function always(state: MockState, error: ApiError): Endpoint<null> {
  return {
    name: 'messages',
    parse: () => ({ error }),
    content: () => null,
    decide: () => rejected(error, `check:${error.type}`, state.options.rejectMs),
  }
}
