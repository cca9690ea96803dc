import { type Decision, rejected } from './decision.ts'
import type { Endpoint } from './endpoint.ts'
import { errorBody, statusOf } from './errors.ts'
import { faultDecision, faultName, spoilReply } from './faults/index.ts'
import type { JournalEnd, RejectionReason } from './journal.ts'
import type { MockState } from './mock-state.ts'
import { attemptIdentifier, identifierBase } from './random.ts'
import { type Reading, readingOf, unread } from './reading.ts'
import { type Chunk, ConnectionFault, type Reply } from './reply.ts'
import { checkEnvelope, type HeaderReader } from './request-checks.ts'
import type { TimedBody } from './streaming/index.ts'

/** One HTTP request that is all there, however it came. */
export interface Arrival {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly headers: HeaderReader
  /** The body. */
  readonly text: string
}

type HeaderRecord = Readonly<Record<string, string>>

/** An answer that goes out at once. */
export interface WholeAnswer {
  readonly kind: 'whole'
  readonly status: number
  readonly headers: HeaderRecord
  /** The headers of the rate limits, which may be those of the answer before. @default none */
  readonly limits?: HeaderRecord
  readonly text: string
}

/** An answer whose body takes time. */
export interface TimedAnswer extends TimedBody {
  readonly kind: 'timed'
  readonly status: number
  readonly headers: HeaderRecord
}

/** A request that is decided and written in the journal. */
export interface Attempt {
  /** When its answer begins, ms after its arrival. */
  readonly afterMs: number
  /** The client has gone away before that. */
  abandon(): void
  /**
   * The answer, once its time has come.
   * @throws ConnectionFault where the connection breaks in place of it.
   */
  answer(): WholeAnswer | TimedAnswer
}

/** Takes a request into the mock: checks it and decides at once what becomes of it. */
export function openAttempt<Body>(state: MockState, endpoint: Endpoint<Body>, arrival: Arrival): Attempt {
  const { clock, seed } = state.options
  const startMs = clock.now()
  const { reading, attempt } = readArrival(state, endpoint, arrival)
  const { requestHash, drawHash, inputTokens } = reading
  reading.idBase ??= identifierBase(seed, requestHash)
  const requestId = attemptIdentifier('req', reading.idBase, attempt)
  const about = { requestHash, attempt, inputTokens, startMs }
  const decided = decide(state, arrival, endpoint, { reading, drawHash, ...about, requestId })
  const end = state.journal.open(about, reading.text, arrival)
  state.options.onAttempt()
  return new DecidedAttempt(state, startMs, requestId, decided, (ended) => {
    end(ended)
    state.options.onAttempt()
  })
}

interface Decided {
  readonly decision: Decision
  readonly reason?: RejectionReason
}

class DecidedAttempt implements Attempt {
  readonly afterMs: number

  constructor(
    private readonly state: MockState,
    private readonly startMs: number,
    private readonly requestId: string,
    private readonly decided: Decided,
    private readonly end: (end: JournalEnd) => void,
  ) {
    const { decision } = decided
    this.afterMs = decision.kind === 'answered' ? decision.reply.chunks[0].atMs : decision.afterMs
  }

  abandon(outputTokens = 0): void {
    const { decision } = this.decided
    if (decision.kind === 'answered') decision.accounting.abandon(outputTokens, this.now())
    this.end({ state: 'aborted', endMs: this.now() })
  }

  answer(): WholeAnswer | TimedAnswer {
    const { decision } = this.decided
    switch (decision.kind) {
      case 'rejected':
        return this.rejection(decision)
      case 'broken':
        this.finish(0, 0, this.now())
        throw new ConnectionFault(decision.code)
      case 'answered': {
        const { reply, accounting } = decision
        const { status, contentType } = reply
        const piece = onePiece(reply)
        if (piece !== undefined) {
          const now = this.now()
          accounting.finish(piece.outputTokens, now)
          this.finish(status, piece.outputTokens, now)
          const headers = this.headers(contentType, reply.headers)
          return { kind: 'whole', status, headers, limits: accounting.headers(now), text: piece.text }
        }
        return {
          kind: 'timed',
          status,
          headers: this.headers(contentType, reply.headers, accounting.headers(this.now())),
          reply,
          startMs: this.startMs,
          sent: (outputTokens) => {
            const now = this.now()
            accounting.finish(outputTokens, now)
            this.finish(status, outputTokens, now)
          },
          abandoned: (outputTokens) => this.abandon(outputTokens),
        }
      }
    }
  }

  private rejection({ error, html, headers = {} }: Extract<Decision, { kind: 'rejected' }>): WholeAnswer {
    const { requestId } = this
    const { timeScale } = this.state.options
    const status = statusOf(error)
    const retryAfter = headers['retry-after']
    const more = retryAfter === undefined ? {} : { retryAfterSeconds: Number(retryAfter) }
    this.finish(status, 0, this.now(), more)
    const inClientsTime =
      retryAfter === undefined || timeScale === 1
        ? undefined
        : { 'retry-after-ms': String(Math.ceil((Number(retryAfter) * 1_000) / timeScale)) }
    return html === undefined
      ? {
          kind: 'whole',
          status,
          headers: this.headers('application/json', headers, inClientsTime),
          text: errorBody(error, requestId),
        }
      : { kind: 'whole', status, headers: this.headers('text/html', headers, inClientsTime), text: html }
  }

  private finish(
    status: number,
    outputTokens: number,
    endMs: number,
    more?: { readonly retryAfterSeconds?: number },
  ): void {
    const { reason } = this.decided
    const end = { state: 'ended', endMs, status, outputTokens } as const
    this.end(reason === undefined ? end : { ...end, reason, ...more })
  }

  private headers(contentType: string, ...more: readonly (HeaderRecord | undefined)[]): HeaderRecord {
    const own = {
      'content-type': contentType,
      'request-id': this.requestId,
      'anthropic-organization-id': this.state.organizationId,
    }
    return more.every((each) => each === undefined) ? own : Object.assign(own, ...more)
  }

  private now(): number {
    return this.state.options.clock.now()
  }
}

function readArrival<Body>(
  state: MockState,
  endpoint: Endpoint<Body>,
  { method, path, headers, text }: Arrival,
): { readonly reading: Reading<Body>; readonly attempt: number } {
  const envelope = checkEnvelope(headers, text, state.options, endpoint.maxBodyBytes)
  const place = `${method} ${path}`
  const reading =
    'error' in envelope
      ? unread<Body>(text, place, envelope)
      : readingOf(endpoint, text, place, envelope.version)
  return { reading, attempt: state.journal.nextAttempt(reading.requestHash) }
}

/** An answer of which all is due at once; undefined for one that takes time. */
function onePiece({ chunks, ending }: Reply): Chunk | undefined {
  const last = chunks.at(-1)
  if (ending !== 'whole' || last === undefined || last.atMs !== chunks[0].atMs) return undefined
  return chunks.length === 1 ? last : { ...last, text: chunks.map(({ text }) => text).join('') }
}

interface Deciding<Body> {
  readonly reading: Reading<Body>
  readonly requestHash: string
  readonly drawHash: string
  readonly attempt: number
  readonly inputTokens: number
  readonly startMs: number
  readonly requestId: string
}

function decide<Body>(
  state: MockState,
  { headers }: Arrival,
  endpoint: Endpoint<Body>,
  about: Deciding<Body>,
): Decided {
  const { rejectMs } = state.options
  const { parsed } = about.reading
  if ('error' in parsed) {
    const decision = rejected(parsed.error, `check:${parsed.error.type}`, rejectMs)
    return { decision, reason: `check:${parsed.error.type}` }
  }
  const subject = state.faults.faults.length === 0 ? undefined : endpoint.subject?.(parsed.body)
  const fault = state.faults.next({
    endpoint: endpoint.name,
    sinceStartMs: about.startMs - state.startedMs,
    headers,
    model: subject?.model,
    prompt() {
      return subject?.prompt() ?? ''
    },
    hasSchema: subject?.hasSchema ?? false,
    drawHash: about.drawHash,
    attempt: about.attempt,
  })
  const instead = fault && faultDecision(fault, subject?.streamed ?? false, rejectMs)
  if (instead !== undefined) {
    return { decision: asLimited(state, instead, subject?.model), reason: instead.reason }
  }
  const decision = endpoint.decide(parsed.body, { ...about, fault })
  if (decision.kind !== 'answered') return { decision, reason: decision.reason }
  if (fault === undefined) return { decision }
  const reply = spoilReply(decision.reply, fault, about.requestId)
  return { decision: { ...decision, reply }, reason: faultName(fault) }
}

/** An injected 429 has the headers of the limits, as a real one. */
function asLimited(state: MockState, decision: Decision, model: string | undefined): Decision {
  if (decision.kind !== 'rejected' || decision.error.type !== 'rate_limit_error' || model === undefined) {
    return decision
  }
  const limiter = state.limiter(model)
  return { ...decision, headers: { ...decision.headers, ...limiter.headers(state.options.clock.now()) } }
}
