import { type HttpHandler, http } from 'msw'
import { contentOf, instructionsOf, writeFrom } from '../answer.ts'
import type { MessagesBody } from '../body-schemas.ts'
import { contentRequestOf } from '../content/index.ts'
import { type Accounting, type Decision, rejected } from '../decision.ts'
import type { Endpoint } from '../endpoint.ts'
import { handleRequest } from '../handle-request.ts'
import { inputTokensOf } from '../input-tokens.ts'
import { latencyOf } from '../latency.ts'
import { buildMessage } from '../message.ts'
import type { MockState } from '../mock-state.ts'
import { inputUsage } from '../prompt-cache.ts'
import { attemptIdentifier, randomAbout } from '../random.ts'
import { refusalError } from '../rate-limits.ts'
import { renderReply } from '../rendered-answers.ts'
import { parseMessagesBody } from '../request-body.ts'
import { createTextMemo } from '../text-memo.ts'

/** `POST /v1/messages`. */
export function messagesHandlers(state: MockState, endpoint: Endpoint<MessagesBody>): HttpHandler[] {
  return [
    http.post(`${state.options.baseUrl}/v1/messages`, ({ request }) =>
      handleRequest(state, request, endpoint),
    ),
  ]
}

export function messagesEndpoint(state: MockState): Endpoint<MessagesBody> {
  const { clock, seed, latency, latencyByModel, limits, models, rejectMs } = state.options
  return {
    name: 'messages',
    readings: createTextMemo(),
    parse: (text, version) => parseMessagesBody(text, { version, models }),
    content: contentOf,
    instructions: instructionsOf,
    besides: ({ model, system, messages, tools, max_tokens, stream, ...rest }) => rest,
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
    decide(body, { reading, drawHash, attempt, inputTokens, fault }): Decision {
      const limiter = state.limiter(body.model)
      const now = clock.now()
      const cached = state.promptCache.look(body, inputTokens, now)
      const chargedTokens = inputTokens - cached.cacheRead
      const draw = limits.concurrencySlack
        ? randomAbout('concurrency', seed, drawHash, attempt).next()
        : undefined
      const refusal = limiter.refusal(chargedTokens, now, draw)
      if (refusal !== undefined) {
        const { error, headers } = refusalError(refusal)
        return rejected(error, `rate-limit:${refusal.limit}`, rejectMs, {
          ...headers,
          ...limiter.headers(now),
        })
      }
      const id = attemptIdentifier('msg', reading.idBase ?? '', attempt)
      const written =
        (fault === undefined ? reading.answer : undefined) ?? writeFrom(state.options, body, drawHash, fault)
      if ('error' in written) return rejected(written.error, `check:${written.error.type}`, rejectMs)
      const { from } = written
      if (fault === undefined) reading.answer ??= { from }
      // Only now is anything charged: a request that is rejected costs nothing.
      const admission = limiter.admit(chargedTokens, now, cached)
      // What comes from the cache takes no time to read.
      const takes = latencyOf(
        latencyByModel[body.model] ?? latency,
        { input: chargedTokens, output: from.outputTokens },
        [seed, drawHash, attempt],
        admission.underWay,
      )
      cached.keep(now + takes.firstTokenMs)
      const accounting: Accounting = {
        headers(at) {
          return limiter.headers(at)
        },
        finish(outputTokens, at) {
          admission.finish(outputTokens, at)
        },
        abandon(outputTokens, at) {
          // What has been generated for a client that went away is charged.
          if (outputTokens > 0) admission.finish(outputTokens, at)
          else admission.abandon()
        },
      }
      const isCached = cached.cacheRead + cached.cacheCreation > 0
      const reply = renderReply(
        body,
        id,
        () => {
          const built = buildMessage({ id, model: body.model, inputTokens }, from)
          return { ...built, usage: { ...built.usage, ...inputUsage(inputTokens, cached) } }
        },
        {
          from,
          takes,
          isSpoiled: fault !== undefined,
          kept: isCached || fault !== undefined ? undefined : reading.answer,
        },
      )
      return { kind: 'answered', reply, accounting }
    },
  }
}
