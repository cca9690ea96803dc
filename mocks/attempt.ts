import { type Decision, rejected } from './decision.ts'
import { type ApiError, errorBody, statusOf } from './errors.ts'
import {
  BAD_GATEWAY_PAGE,
  createFaultSchedule,
  type EndpointName,
  type Fault,
  type FaultSchedule,
  faultName,
  spoilReply,
  statusFaultError,
  streamFaultError,
} from './faults/index.ts'
import { createJournal, type JournalEnd, type JournalWriter, type RejectionReason } from './journal.ts'
import { CONTENTS_REMEMBERED } from './journal-totals.ts'
import { concurrencyUse, type LimitUse } from './limits/limit-use.ts'
import { createSpendMeter } from './limits/spend-cap.ts'
import { modelClass } from './models.ts'
import type { ResolvedOptions } from './options.ts'
import { createPromptCache, type PromptCache } from './prompt-cache.ts'
import { hashOf, identifier, randomAbout } from './random.ts'
import { type Concurrency, createRateLimiter, type RateLimiter } from './rate-limits.ts'
import { createRecentMap } from './recent-map.ts'
import { type Chunk, ConnectionFault, type Reply, STALL_MS } from './reply.ts'
import { apiKeyOf, checkEnvelope } from './request-checks.ts'
import { bodyStream, streamedResponse } from './streaming/index.ts'
import { createTextMemo, type TextMemo } from './text-memo.ts'

/** How full a bucket is; may be negative. */
export interface BucketLevel {
  readonly modelClass: string
  readonly limit: string
  readonly level: number
}

/** What the endpoints of one mock share. */
export interface MockState {
  /** What a text says to an endpoint. */
  reading<Body>(endpoint: Endpoint<Body>, text: string, version: string): Reading<Body>
  readonly options: ResolvedOptions
  readonly journal: JournalWriter
  readonly faults: FaultSchedule
  readonly organizationId: string
  readonly promptCache: PromptCache
  /** The limiter of the model's class. */
  limiter(model: string): RateLimiter
  /** What is left in the buckets of all model classes that were asked for. */
  bucketLevels(): readonly BucketLevel[]
  /** Counts the requests of this content: 1 for the first. */
  nextAttempt(requestHash: string): number
  /** When the mock was made, ms of its clock. */
  readonly startedMs: number
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
  const readings = new Map<string, TextMemo<Reading<unknown>>>()
  return {
    options,
    reading<Body>(endpoint: Endpoint<Body>, text: string, version: string) {
      const memo = memoOf(readings, `${endpoint.name} ${version}`) as TextMemo<Reading<Body>>
      const known = endpoint.remembers ? memo.get(text) : undefined
      if (known !== undefined) return known
      const parsed = parseSafely(endpoint, text, version)
      const reading =
        'body' in parsed
          ? {
              text,
              parsed,
              requestHash: hashOf(endpoint.content(parsed.body)),
              inputTokens: endpoint.inputTokens?.(parsed.body) ?? 0,
            }
          : { text, parsed, requestHash: hashOf(text), inputTokens: 0 }
      if (endpoint.remembers) memo.set(text, reading)
      return reading
    },
    journal: createJournal(options.journalLimit, options.journalEntries, limitsUsed),
    faults: createFaultSchedule(options.faults, options.seed),
    organizationId: organizationIdOf(options.seed),
    startedMs: options.clock.now(),
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
    bucketLevels: () =>
      Array.from(limiters, ([modelClass, limiter]) =>
        limiter.levels(options.clock.now()).map((each) => ({ modelClass, ...each })),
      ).flat(),
    nextAttempt(requestHash) {
      const attempt = (attempts.get(requestHash) ?? 0) + 1
      attempts.set(requestHash, attempt)
      return attempt
    },
  }
}

function memoOf<T>(memos: Map<string, TextMemo<T>>, name: string): TextMemo<T> {
  let memo = memos.get(name)
  if (memo === undefined) {
    memo = createTextMemo()
    memos.set(name, memo)
  }
  return memo
}

/** What the text of a request says, whatever came before it. */
export interface Reading<Body> {
  /** The text itself: of equal texts all but the first can then be let go. */
  readonly text: string
  readonly parsed: Parsed<Body>
  readonly requestHash: string
  readonly inputTokens: number
}

export type Parsed<Body> = { readonly body: Body } | { readonly error: ApiError }

/** What an endpoint is told of an attempt. */
export interface AttemptInfo {
  readonly requestHash: string
  /** From 1. */
  readonly attempt: number
  readonly inputTokens: number
  /** Due for this attempt; what is wrong with content is the endpoint's to do. */
  readonly fault: Fault | undefined
}

/** One endpoint of the API. */
export interface Endpoint<Body> {
  readonly name: EndpointName
  /** @default MAX_BODY_BYTES */
  readonly maxBodyBytes?: number
  /** Whether what a text says depends on nothing but the text, so that it may be remembered. @default false */
  readonly remembers?: boolean
  parse(text: string, version: string): Parsed<Body>
  /** What content the request has: equal for equal requests. */
  content(body: Body): unknown
  /** @default 0 */
  inputTokens?(body: Body): number
  /** What faults are chosen by. @default nothing */
  subject?(body: Body): {
    readonly model: string
    readonly hasSchema: boolean
    readonly streamed: boolean
    prompt(): string
  }
  decide(body: Body, info: AttemptInfo): Decision
}

/**
 * Carries one HTTP request through the mock: check, decide, wait, answer. Nothing asynchronous happens
 * between the reading of the body and the first sleep, so that requests are decided in the order of the
 * journal. A body in several pieces sleeps again before each of them.
 */
export async function handleAttempt<Body>(
  state: MockState,
  request: Request,
  endpoint: Endpoint<Body>,
): Promise<Response> {
  const { clock, seed } = state.options
  const text = await request.text()
  const startMs = clock.now()
  const envelope = checkEnvelope(request, text, { ...state.options, maxBodyBytes: endpoint.maxBodyBytes })
  const reading =
    'error' in envelope
      ? { text, parsed: envelope, requestHash: hashOf(text), inputTokens: 0 }
      : state.reading(endpoint, text, envelope.version)
  const { parsed, requestHash, inputTokens } = reading
  const attempt = state.nextAttempt(requestHash)
  const requestId = identifier('req', seed, requestHash, attempt)
  const about = { requestHash, attempt, inputTokens }
  const { decision, reason } = decide(state, request, endpoint, parsed, { ...about, startMs, requestId })
  const end = state.journal.open({ startMs, ...about }, reading.text, request)
  try {
    await clock.sleep(firstAtMs(decision), request.signal)
  } catch (thrown) {
    if (decision.kind === 'answered') decision.accounting.abandon(0, clock.now())
    end({ state: 'aborted', endMs: clock.now() })
    throw thrown
  }
  const finish = (status: number, outputTokens: number): JournalEnd => ({
    state: 'ended',
    endMs: clock.now(),
    status,
    outputTokens,
    ...(reason === undefined ? {} : { reason }),
  })
  const frame = (reply: Pick<Reply, 'status' | 'contentType'>, headers: HeaderRecord): ResponseInit => ({
    status: reply.status,
    headers: {
      'content-type': reply.contentType,
      'request-id': requestId,
      'anthropic-organization-id': state.organizationId,
      ...headers,
    },
  })
  switch (decision.kind) {
    case 'rejected': {
      const status = statusOf(decision.error)
      const retryAfter = decision.headers?.['retry-after']
      const waits = retryAfter === undefined ? {} : { retryAfterSeconds: Number(retryAfter) }
      end({ ...finish(status, 0), ...waits })
      const contentType = decision.html === undefined ? 'application/json' : 'text/html'
      const body = decision.html ?? errorBody(decision.error, requestId)
      return new Response(body, frame({ status, contentType }, decision.headers ?? {}))
    }
    case 'broken':
      end(finish(0, 0))
      throw new ConnectionFault(decision.code)
    case 'answered': {
      const { reply, accounting } = decision
      const piece = onePiece(reply)
      if (piece !== undefined) {
        const { text, outputTokens } = piece
        accounting.finish(outputTokens, clock.now())
        end(finish(reply.status, outputTokens))
        return new Response(text, frame(reply, { ...reply.headers, ...accounting.headers(clock.now()) }))
      }
      const headers = { ...reply.headers, ...accounting.headers(clock.now()) }
      const body = bodyStream(reply, clock, startMs, request.signal, {
        sent(outputTokens) {
          accounting.finish(outputTokens, clock.now())
          end(finish(reply.status, outputTokens))
        },
        abandoned(outputTokens) {
          accounting.abandon(outputTokens, clock.now())
          end({ state: 'aborted', endMs: clock.now() })
        },
      })
      return streamedResponse(body, frame(reply, headers))
    }
  }
}

/** An answer of which all is due at once; undefined for one that takes time. */
function onePiece({ chunks, ending }: Reply): Chunk | undefined {
  const last = chunks.at(-1)
  if (ending !== 'whole' || last === undefined || last.atMs !== chunks[0].atMs) return undefined
  return chunks.length === 1 ? last : { ...last, text: chunks.map(({ text }) => text).join('') }
}

type HeaderRecord = Readonly<Record<string, string>>

function firstAtMs(decision: Decision): number {
  return decision.kind === 'answered' ? decision.reply.chunks[0].atMs : decision.afterMs
}

/** A body that breaks a parser (thousands of nested lists do) is the client's fault. */
function parseSafely<Body>(endpoint: Endpoint<Body>, text: string, version: string): Parsed<Body> {
  try {
    const parsed = endpoint.parse(text, version)
    // Hashing and counting walk through the body too; and what no one looks at must not be deeper.
    if ('body' in parsed) JSON.stringify(parsed.body)
    return parsed
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { error: { type: 'invalid_request_error', message: 'The request body is nested too deeply.' } }
  }
}

interface Deciding {
  readonly requestHash: string
  readonly attempt: number
  readonly inputTokens: number
  readonly startMs: number
  readonly requestId: string
}

function decide<Body>(
  state: MockState,
  request: Request,
  endpoint: Endpoint<Body>,
  parsed: Parsed<Body>,
  about: Deciding,
): { readonly decision: Decision; readonly reason?: RejectionReason } {
  const { rejectMs } = state.options
  if ('error' in parsed) {
    const decision = rejected(parsed.error, `check:${parsed.error.type}`, rejectMs)
    return { decision, reason: `check:${parsed.error.type}` }
  }
  const subject = endpoint.subject?.(parsed.body)
  const fault = state.faults.next({
    endpoint: endpoint.name,
    sinceStartMs: about.startMs - state.startedMs,
    headers: request.headers,
    apiKey: apiKeyOf(request.headers) ?? '',
    model: subject?.model,
    prompt: () => subject?.prompt() ?? '',
    hasSchema: subject?.hasSchema ?? false,
    requestHash: about.requestHash,
    attempt: about.attempt,
  })
  const instead = fault && faultDecision(fault, subject?.streamed ?? false, rejectMs)
  if (instead !== undefined) return { decision: instead, reason: instead.reason }
  const decision = endpoint.decide(parsed.body, { ...about, fault })
  if (decision.kind !== 'answered') return { decision, reason: decision.reason }
  if (fault === undefined) return { decision }
  const reply = spoilReply(decision.reply, fault, about.requestId)
  return { decision: { ...decision, reply }, reason: faultName(fault) }
}

/** The kinds of fault that take the place of an answer. */
function faultDecision(
  fault: Fault,
  streamed: boolean,
  rejectMs: number,
): Exclude<Decision, { readonly kind: 'answered' }> | undefined {
  const reason = faultName(fault)
  switch (fault.kind) {
    case undefined:
    case 'status':
      return {
        kind: 'rejected',
        error: statusFaultError(fault),
        reason,
        afterMs: fault.afterMs ?? rejectMs,
        headers:
          fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) },
        ...(fault.status === 502 ? { html: BAD_GATEWAY_PAGE } : {}),
      }
    case 'stream-error':
      return streamed
        ? undefined
        : { kind: 'rejected', error: streamFaultError(fault), reason, afterMs: rejectMs }
    case 'connection-refused':
      return { kind: 'broken', code: 'ECONNREFUSED', reason, afterMs: 0 }
    case 'connection-reset':
      return { kind: 'broken', code: 'ECONNRESET', reason, afterMs: fault.afterMs ?? rejectMs }
    case 'stall':
      return fault.at === 'body' || fault.forMs !== undefined
        ? undefined
        : { kind: 'broken', code: 'ECONNRESET', reason, afterMs: STALL_MS }
    default:
      return undefined
  }
}

function organizationIdOf(seed: number): string {
  const random = randomAbout('organization', seed)
  return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => random.int(0, 15).toString(16))
}
