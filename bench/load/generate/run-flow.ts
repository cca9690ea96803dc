import { z } from 'zod'
import { contractOutcomeSchema, contractRunSchema, errorBodySchema } from '../../../engine/http/index.ts'
import type { LoadRecorder, RunEnd } from './load-recorder.ts'

/** Routes as a report names them. */
export const ROUTES = {
  create: 'POST /runs',
  next: 'POST /runs/:id/process-next',
  status: 'GET /runs/:id',
} as const

export type Route = (typeof ROUTES)[keyof typeof ROUTES]

export function methodOf(route: Route): 'GET' | 'POST' {
  return route.startsWith('POST') ? 'POST' : 'GET'
}

/** A request of a user. */
export interface Ask {
  readonly kind: 'ask'
  readonly route: Route
  readonly path: string
  readonly body?: string
  /** When it was meant to be sent, on the clock of `now`. */
  readonly meantAt: number
}

/** What a user does next: asks for something, or waits (real ms). */
export type Step = Ask | { readonly kind: 'wait'; readonly ms: number }

/** What came of asking. */
export type Reply =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly retryAfter: string | undefined
      readonly text: string
    }
  /** The connection broke: nobody knows whether the request was carried out. `refused`: it was not. */
  | { readonly kind: 'broken'; readonly refused: boolean }
  /** What came is no HTTP. */
  | { readonly kind: 'malformed' }

/** What is known of runs that clients have created. */
export interface CreatedRuns {
  /** Ids that were answered. */
  readonly ids: Set<string>
  /** Creations whose answer was lost with the connection: each may have left a run that nobody knows of. */
  unanswered: number
}

export interface FlowOptions {
  readonly recorder: Pick<LoadRecorder, 'error'>
  readonly timeScale: number
  /** Who goes on with a run: the client, by process-next; or workers, and the client looks now and then. */
  readonly dispatch: 'process-next' | 'status'
  readonly created: CreatedRuns
  /** At least between two looks, and before a broken request is sent again, real ms. */
  readonly pauseMs: number
  /** Real ms since whenever. */
  readonly now: () => number
}

/** What a user does with one run. It is given the reply to what it asks for, and nothing after a wait. */
export type RunFlow = Generator<Step, RunEnd, Reply | undefined>

/**
 * A client that waits for others looks again after this share of the time that it has waited: so its looks are
 * few where runs are long, and an end is seen at most so much too late.
 */
const LOOK_AGAIN_AFTER = 0.1
/** What a timer of Node's can wait, ms. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1
/** Where a server says none, s of production time. */
const DEFAULT_RETRY_AFTER = 1

/**
 * One user: presses the button, and stays until the run has ended. What a client is meant to repeat is
 * repeated; whoever follows the flow chooses where. To give up, throw into it.
 * @param body Of POST /runs.
 * @param meantAt When the button was to be pressed.
 */
export function* runFlow(options: FlowOptions, body: string, meantAt: number): RunFlow {
  const { created, dispatch } = options
  const lost = () => void created.unanswered++
  const run = yield* ask(
    options,
    { route: ROUTES.create, path: '/runs', body, meantAt, lost },
    contractRunSchema,
  )
  if (run === undefined) return 'errored'
  created.ids.add(run.id)
  const path = `/runs/${run.id}`
  while (dispatch === 'process-next') {
    const asked = { route: ROUTES.next, path: `${path}/process-next` }
    const outcome = yield* ask(options, asked, contractOutcomeSchema)
    if (outcome === undefined) return 'errored'
    if (outcome.state === 'finished') break
  }
  return yield* statusWhenEnded(options, path, meantAt)
}

function* statusWhenEnded(options: FlowOptions, path: string, since: number): RunFlow {
  const { now, pauseMs } = options
  for (;;) {
    const run = yield* ask(options, { route: ROUTES.status, path }, contractRunSchema)
    if (run === undefined) return 'errored'
    switch (run.status) {
      case 'COMPLETED':
        return 'completed'
      case 'COMPLETED_WITH_ERRORS':
        return 'completedWithErrors'
      case 'FAILED':
        return 'failed'
      case 'CANCELLED':
        return 'cancelled'
      case 'PENDING':
      case 'RUNNING':
        yield { kind: 'wait', ms: Math.max(pauseMs, LOOK_AGAIN_AFTER * (now() - since)) }
        break
      default:
        run.status satisfies never
    }
  }
}

interface Asked {
  readonly route: Route
  readonly path: string
  readonly body?: string
  /** @default when it is asked */
  readonly meantAt?: number
  /** Called where it was sent, and nobody knows what became of it. */
  lost?(): void
}

/**
 * Asks until there is an answer that one can go on from, waiting as a client is meant to.
 * @returns undefined where it was refused for good
 */
function* ask<Schema extends z.ZodType>(
  options: FlowOptions,
  { lost, ...asked }: Asked,
  schema: Schema,
): Generator<Step, z.output<Schema> | undefined, Reply | undefined> {
  const { recorder, timeScale, pauseMs, now } = options
  for (;;) {
    let reply: Reply | undefined
    try {
      reply = yield { kind: 'ask', meantAt: now(), ...asked }
    } catch (error) {
      // Given up while the answer was due.
      lost?.()
      throw error
    }
    if (reply === undefined) throw new Error(`nothing was replied to ${asked.route}`)
    if (reply.kind === 'broken') {
      if (!reply.refused) lost?.()
      yield { kind: 'wait', ms: pauseMs }
      continue
    }
    if (reply.kind === 'malformed') {
      lost?.()
      return undefined
    }
    const { status, text } = reply
    if (status < 300) {
      const parsed = schema.safeParse(parseJson(text))
      if (parsed.success) return parsed.data
      const problem = `${asked.route}: ${z.prettifyError(parsed.error)}: ${text.slice(0, 200)}`
      recorder.error('not as the schema says', false, problem)
      return undefined
    }
    const error = errorBodySchema.safeParse(parseJson(text)).data?.error
    // 409 RUN_BUSY and 503 STOPPING are a normal life; no other refusal is.
    const retryable = (status === 409 && error?.code === 'RUN_BUSY') || status === 503
    recorder.error(`${status} ${error?.code ?? ''}`.trim(), retryable, error?.message ?? text.slice(0, 200))
    if (!retryable) return undefined
    const ms = retryAfterMs(reply.retryAfter) / timeScale
    // Who may come again at once is not to do nothing else.
    yield { kind: 'wait', ms: ms > 0 ? Math.min(ms, LONGEST_TIMER_MS) : pauseMs }
  }
}

/**
 * Seconds, or a date (RFC 9110, 10.2.3).
 * @returns ms of production time
 */
function retryAfterMs(header = String(DEFAULT_RETRY_AFTER)): number {
  const seconds = Number(header)
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now()
  return Number.isNaN(ms) ? DEFAULT_RETRY_AFTER * 1_000 : ms
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
