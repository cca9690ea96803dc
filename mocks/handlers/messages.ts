import { type HttpHandler, http } from 'msw'
import { contentOf, writeFrom } from '../answer.ts'
import { type Endpoint, handleAttempt, type MockState } from '../attempt.ts'
import type { MessagesBody } from '../body-schemas.ts'
import { contentRequestOf } from '../content/index.ts'
import { type Accounting, type Decision, rejected } from '../decision.ts'
import { inputTokensOf } from '../input-tokens.ts'
import { latencyOf } from '../latency.ts'
import { buildMessage } from '../message.ts'
import { inputUsage } from '../prompt-cache.ts'
import { identifier, randomAbout } from '../random.ts'
import { refusalError } from '../rate-limits.ts'
import { type RenderedAnswers, renderReply } from '../rendered-answers.ts'
import { parseMessagesBody } from '../request-body.ts'

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
  const { clock, seed, latency, latencyByModel, limits, models, rejectMs } = state.options
  const answers: RenderedAnswers = new WeakMap()
  return {
    name: 'messages',
    remembers: true,
    parse: (text, version) => parseMessagesBody(text, { version, models }),
    content: contentOf,
    inputTokens: inputTokensOf,
    subject: (body) => ({
      model: body.model,
      hasSchema: (body.output_config?.format ?? body.tools?.[0]) !== undefined,
      streamed: body.stream === true,
      prompt() {
        const { system, userText } = contentRequestOf(body, [])
        return `${system}\n${userText}`
      },
    }),
    decide(body, { requestHash, attempt, inputTokens, fault }): Decision {
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
      const id = identifier('msg', seed, requestHash, attempt)
      const kept = fault === undefined ? answers.get(body) : undefined
      const written = kept ?? writeFrom(state.options, body, requestHash, fault)
      if ('error' in written) return rejected(written.error, `check:${written.error.type}`, rejectMs)
      const { from } = written
      if (fault === undefined && kept === undefined) answers.set(body, { from })
      // Only now is anything charged: a request that is rejected costs nothing.
      const admission = limiter.admit(chargedTokens, now, cached)
      // What comes from the cache takes no time to read.
      const takes = latencyOf(
        latencyByModel[body.model] ?? latency,
        { input: chargedTokens, output: from.outputTokens },
        [seed, requestHash, attempt],
        admission.underWay,
      )
      cached.keep(now + takes.firstTokenMs)
      const accounting: Accounting = {
        headers: (at) => limiter.headers(at),
        finish: (outputTokens, at) => admission.finish(outputTokens, at),
        abandon(outputTokens, at) {
          // What has been generated for a client that went away is charged.
          if (outputTokens > 0) admission.finish(outputTokens, at)
          else admission.abandon()
        },
      }
      const message = () => {
        const built = buildMessage({ id, model: body.model, inputTokens }, from)
        return { ...built, usage: { ...built.usage, ...inputUsage(inputTokens, cached) } }
      }
      const isCached = cached.cacheRead + cached.cacheCreation > 0
      const reply = renderReply(body, id, message, {
        from,
        takes,
        kept: isCached || fault !== undefined ? undefined : answers.get(body),
      })
      return { kind: 'answered', reply, accounting }
    },
  }
}
