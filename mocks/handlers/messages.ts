import { type HttpHandler, http } from 'msw'
import { type Decision, type Endpoint, handleAttempt, type MockState, rejected } from '../attempt.ts'
import { type ContentAnswer, contentRequestOf, UnsupportedSchemaError } from '../content/index.ts'
import { invalidRequest } from '../errors.ts'
import { faultError } from '../faults.ts'
import { inputTokensOf } from '../input-tokens.ts'
import { latencyOf } from '../latency.ts'
import { buildMessage } from '../message.ts'
import { inputUsage } from '../prompt-cache.ts'
import { identifier, randomAbout } from '../random.ts'
import { refusalError } from '../rate-limits.ts'
import { type MessagesBody, parseMessagesBody } from '../request-body.ts'

/** `POST /v1/messages`. */
export function messagesHandlers(state: MockState): HttpHandler[] {
  const endpoint = messagesEndpoint(state)
  return [
    http.post(`${state.options.baseUrl}/v1/messages`, ({ request }) =>
      handleAttempt(state, request, endpoint),
    ),
  ]
}

function messagesEndpoint(state: MockState): Endpoint<MessagesBody> {
  const { clock, seed, latency, latencyByModel, limits, models, rejectMs, content } = state.options
  return {
    parse(text, version) {
      const parsed = parseMessagesBody(text, version)
      if ('error' in parsed) return parsed
      if (!models.includes(parsed.body.model)) {
        return { error: { type: 'not_found_error', message: `model: ${parsed.body.model}` } }
      }
      if (parsed.body.stream) {
        return { error: invalidRequest('stream: this mock does not stream yet; expected false, got true') }
      }
      return parsed
    },
    // Not max_tokens: it cuts the content, it is not part of what the content is about.
    content: (body) => [body.model, body.system, body.messages, body.output_config?.format, body.tools],
    inputTokens: inputTokensOf,
    decide(body, { requestHash, attempt, inputTokens }): Decision {
      const fault = state.faults.next()
      if (fault !== undefined) {
        const headers: Record<string, string> =
          fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) }
        const reason = `fault:${fault.status}` as const
        return rejected(faultError(fault), reason, fault.afterMs ?? rejectMs, headers)
      }
      const now = clock.now()
      const limiter = state.limiter(body.model)
      const cached = state.promptCache.look(body, inputTokens, now)
      const chargedTokens = inputTokens - cached.cacheRead
      const draw = limits.concurrencySlack
        ? randomAbout('concurrency', seed, requestHash, attempt).next()
        : undefined
      const refusal = limiter.refusal(chargedTokens, now, draw)
      if (refusal !== undefined) {
        const { error, headers } = refusalError(refusal)
        return rejected(error, `rate-limit:${refusal.limit}`, rejectMs, {
          ...headers,
          ...limiter.headers(now),
        })
      }
      let answer: ContentAnswer
      try {
        answer = content(contentRequestOf(body, [seed, requestHash]))
      } catch (error) {
        if (!(error instanceof UnsupportedSchemaError)) throw error
        const problem = invalidRequest(`output_config.format.schema: ${error.message}`)
        return rejected(problem, 'check:invalid_request_error', rejectMs)
      }
      // Only now is anything charged: a request that is rejected costs nothing.
      const admission = limiter.admit(chargedTokens, now, cached)
      const message = buildMessage(identifier('msg', seed, requestHash, attempt), body, answer, inputTokens)
      Object.assign(message.usage, inputUsage(inputTokens, cached))
      const outputTokens = message.usage.output_tokens
      // What comes from the cache takes no time to read.
      const took = latencyOf(
        latencyByModel[body.model] ?? latency,
        { input: chargedTokens, output: outputTokens },
        [seed, requestHash, attempt],
        admission.underWay,
      )
      cached.keep(now + took.firstTokenMs)
      return {
        kind: 'answered',
        body: JSON.stringify(message),
        outputTokens,
        afterMs: took.totalMs,
        finish(end) {
          admission.finish(outputTokens, end)
          return limiter.headers(end)
        },
        abandon: admission.abandon,
      }
    },
  }
}
