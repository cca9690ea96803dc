import type { ApiError } from './errors.ts'
import { errorBody, statusOf } from './errors.ts'
import { createFaultSchedule, type FaultSchedule } from './faults.ts'
import { createJournal, type JournalWriter, type RejectionReason } from './journal.ts'
import { CONTENTS_REMEMBERED } from './journal-totals.ts'
import { concurrencyUse, type LimitUse } from './limits/limit-use.ts'
import { createSpendMeter } from './limits/spend-cap.ts'
import { modelClass } from './models.ts'
import type { ResolvedOptions } from './options.ts'
import { createPromptCache, type PromptCache } from './prompt-cache.ts'
import { hashOf, identifier, randomAbout } from './random.ts'
import { type Concurrency, createRateLimiter, type RateLimiter } from './rate-limits.ts'
import { createRecentMap } from './recent-map.ts'
import { checkEnvelope } from './request-checks.ts'

/** What the endpoints of one mock share. */
export interface MockState {
  readonly options: ResolvedOptions
  readonly journal: JournalWriter
  readonly faults: FaultSchedule
  readonly organizationId: string
  readonly promptCache: PromptCache
  /** The limiter of the model's class. */
  limiter(model: string): RateLimiter
  /** Counts the requests of this content: 1 for the first. */
  nextAttempt(requestHash: string): number
}

export function createMockState(options: ResolvedOptions): MockState {
  const limiters = new Map<string, RateLimiter>()
  const concurrency: Concurrency = { underWay: 0 }
  const spendCap = options.limits.spendCap
  const spend = spendCap && createSpendMeter(spendCap, options.clock.now())
  const attempts = createRecentMap<number>(CONTENTS_REMEMBERED)
  const limitsUsed = (): LimitUse[] => [
    ...concurrencyUse(options.limits.concurrentRequests, concurrency.peak ?? 0),
    ...Array.from(limiters, ([modelClass, limiter]) =>
      limiter.use(options.clock.now()).map((use) => ({ modelClass, ...use })),
    ).flat(),
  ]
  return {
    options,
    journal: createJournal(options.journalLimit, options.journalEntries, limitsUsed),
    faults: createFaultSchedule(options.faults),
    organizationId: organizationIdOf(options.seed),
    promptCache: createPromptCache(),
    limiter(model) {
      const key = modelClass(model)
      let limiter = limiters.get(key)
      if (limiter === undefined) {
        limiter = createRateLimiter(options.limits, concurrency, options.clock.now(), spend)
        limiters.set(key, limiter)
      }
      return limiter
    },
    nextAttempt(requestHash) {
      const attempt = (attempts.get(requestHash) ?? 0) + 1
      attempts.set(requestHash, attempt)
      return attempt
    },
  }
}

/** What becomes of a request, decided when it arrives. */
export type Decision =
  | {
      readonly kind: 'rejected'
      readonly error: ApiError
      readonly reason: RejectionReason
      readonly afterMs: number
      readonly headers?: Record<string, string>
    }
  | {
      readonly kind: 'answered'
      readonly body: string
      readonly outputTokens: number
      readonly afterMs: number
      /** Called when the answer goes out; gives its headers. */
      finish(nowMs: number): Record<string, string>
      /** Called instead when the client has gone away. */
      abandon(): void
    }

/** One endpoint of the API. */
export interface Endpoint<Body> {
  parse(text: string, version: string): { readonly body: Body } | { readonly error: ApiError }
  /** What content the request has: equal for equal requests. */
  content(body: Body): unknown
  inputTokens(body: Body): number
  decide(
    body: Body,
    about: { readonly requestHash: string; readonly attempt: number; readonly inputTokens: number },
  ): Decision
}

/**
 * Carries one HTTP request through the mock: check, decide, wait, answer. It sleeps exactly once, and
 * nothing asynchronous happens between the reading of the body and that sleep, so that requests are
 * decided in the order of the journal.
 */
export async function handleAttempt<Body>(
  state: MockState,
  request: Request,
  endpoint: Endpoint<Body>,
): Promise<Response> {
  const { clock, seed, apiKeys, rejectMs } = state.options
  const text = await request.text()
  const envelope = checkEnvelope(request, text, apiKeys)
  const parsed = 'error' in envelope ? envelope : endpoint.parse(text, envelope.version)
  const requestHash = 'body' in parsed ? hashOf(endpoint.content(parsed.body)) : hashOf(text)
  const attempt = state.nextAttempt(requestHash)
  const inputTokens = 'body' in parsed ? endpoint.inputTokens(parsed.body) : 0
  const decision =
    'body' in parsed
      ? endpoint.decide(parsed.body, { requestHash, attempt, inputTokens })
      : rejected(parsed.error, `check:${parsed.error.type}`, rejectMs)
  const end = state.journal.open({ startMs: clock.now(), requestHash, attempt, inputTokens }, text, request)
  try {
    await clock.sleep(decision.afterMs, request.signal)
  } catch (reason) {
    if (decision.kind === 'answered') decision.abandon()
    end({ state: 'aborted', endMs: clock.now() })
    throw reason
  }
  const requestId = identifier('req', seed, requestHash, attempt)
  const endMs = clock.now()
  switch (decision.kind) {
    case 'answered': {
      end({ state: 'ended', endMs, status: 200, outputTokens: decision.outputTokens })
      return respond(state, 200, requestId, decision.body, decision.finish(endMs))
    }
    case 'rejected': {
      const status = statusOf(decision.error)
      const retryAfter = decision.headers?.['retry-after']
      const waits = retryAfter === undefined ? {} : { retryAfterSeconds: Number(retryAfter) }
      end({ state: 'ended', endMs, status, outputTokens: 0, reason: decision.reason, ...waits })
      return respond(state, status, requestId, errorBody(decision.error, requestId), decision.headers ?? {})
    }
  }
}

export function rejected(
  error: ApiError,
  reason: RejectionReason,
  afterMs: number,
  headers: Record<string, string> = {},
): Decision {
  return { kind: 'rejected', error, reason, afterMs, headers }
}

function respond(
  state: MockState,
  status: number,
  requestId: string,
  body: string,
  headers: Record<string, string>,
): Response {
  return new Response(body, {
    status,
    headers: {
      'content-type': 'application/json',
      'request-id': requestId,
      'anthropic-organization-id': state.organizationId,
      ...headers,
    },
  })
}

function organizationIdOf(seed: number): string {
  const random = randomAbout('organization', seed)
  return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => random.int(0, 15).toString(16))
}
