import type { Arrival, WholeAnswer } from './attempt.ts'
import { type ApiError, errorBody, statusOf } from './errors.ts'
import type { MockState } from './mock-state.ts'
import { hashOf, identifier } from './random.ts'

/**
 * A request that a server refuses before an endpoint has seen it, written in the journal as any other.
 * @param arrival Its text is what can be told of the body; it tells requests apart and is not kept.
 */
export function refuseArrival(state: MockState, arrival: Arrival, error: ApiError): WholeAnswer {
  const { clock, seed } = state.options
  const startMs = clock.now()
  const status = statusOf(error)
  const requestHash = hashOf(arrival.method, arrival.path, arrival.text)
  const attempt = state.journal.nextAttempt(requestHash)
  const requestId = identifier('req', seed, requestHash, attempt)
  const end = state.journal.open({ startMs, requestHash, attempt, inputTokens: 0 }, '', arrival)
  const reason = `check:${error.type}` as const
  end({ state: 'ended', endMs: clock.now(), status, outputTokens: 0, reason })
  return {
    kind: 'whole',
    status,
    headers: {
      'content-type': 'application/json',
      'request-id': requestId,
      'anthropic-organization-id': state.organizationId,
    },
    text: errorBody(error, requestId),
  }
}
