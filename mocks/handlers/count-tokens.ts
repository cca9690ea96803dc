import { type HttpHandler, http } from 'msw'
import type { CountTokensBody } from '../body-schemas.ts'
import { answeredFree, type Decision, rejected } from '../decision.ts'
import type { Endpoint } from '../endpoint.ts'
import { handleRequest } from '../handle-request.ts'
import { inputTokensOf } from '../input-tokens.ts'
import type { MockState } from '../mock-state.ts'
import { createRateLimiter, type RateLimiter } from '../rate-limits.ts'
import { parseCountTokensBody } from '../request-body.ts'

/** `POST /v1/messages/count_tokens`. It has a request limit of its own and costs no tokens. */
export function countTokensHandlers(state: MockState): HttpHandler[] {
  const { options } = state
  const limiter = createRateLimiter(
    options.countTokensPerMinute === undefined ? {} : { requestsPerMinute: options.countTokensPerMinute },
    { underWay: 0 },
    options.clock.now(),
  )
  const endpoint = countTokensEndpoint(state, limiter)
  return [
    http.post(`${options.baseUrl}/v1/messages/count_tokens`, ({ request }) =>
      handleRequest(state, request, endpoint),
    ),
  ]
}

function countTokensEndpoint(state: MockState, limiter: RateLimiter): Endpoint<CountTokensBody> {
  const { clock, models, rejectMs } = state.options
  return {
    name: 'count_tokens',
    parse: (text, version) => parseCountTokensBody(text, { version, models }),
    content: (body) => ['count_tokens', body],
    subject: (body) => ({
      model: body.model,
      hasSchema: false,
      streamed: false,
      prompt: () => JSON.stringify([body.system, body.messages]),
    }),
    decide(body): Decision {
      const now = clock.now()
      const refusal = limiter.refusal(0, now)
      if (refusal !== undefined) {
        return rejected(
          { type: 'rate_limit_error', message: refusal.message },
          `rate-limit:${refusal.limit}`,
          rejectMs,
          { 'retry-after': String(refusal.retryAfterSeconds), ...limiter.headers(now) },
        )
      }
      limiter.admit(0, now).finish(0, now)
      return answeredFree({ input_tokens: inputTokensOf(body) }, rejectMs)
    },
  }
}
