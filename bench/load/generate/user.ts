import { setTimeout as delay } from 'node:timers/promises'
import { contractOutcomeSchema, contractRunSchema } from '../../../engine/http/index.ts'
import { type Answer, type ApiClient, ROUTES } from './api-client.ts'
import type { RunEnd } from './load-recorder.ts'

/**
 * A client that waits for others looks again after this share of the time that it has waited: so its looks are
 * few where runs are long, and an end is seen at most so much too late.
 */
const LOOK_AGAIN_AFTER = 0.1

/** What is known of runs that clients have created. */
export interface CreatedRuns {
  /** Ids that were answered. */
  readonly ids: Set<string>
  /** Creations whose answer was lost with the connection: each may have left a run that nobody knows of. */
  unanswered: number
}

export interface UserOptions {
  readonly client: ApiClient
  /** Who goes on with a run: the client, by process-next; or workers, and the client looks now and then. */
  readonly dispatch: 'process-next' | 'status'
  readonly created: CreatedRuns
  /** At least between two looks, and before a broken request is sent again, real ms. */
  readonly pauseMs: number
  /** Aborts when runs have had all the time that they may have. */
  readonly signal: AbortSignal
  readonly now: () => number
}

/**
 * One user: presses the button, and stays until the run has ended. What a client is meant to repeat is
 * repeated, at another service where there is one.
 * @param body Of POST /runs.
 * @param meantAt When the button was to be pressed.
 */
export async function useOnce(options: UserOptions, body: string, meantAt: number): Promise<RunEnd> {
  try {
    const id = await create(options, body, meantAt)
    if (id === undefined) return 'errored'
    if (options.dispatch === 'process-next' && !(await processUntilFinished(options, id))) return 'errored'
    return await statusWhenEnded(options, id, meantAt)
  } catch (error) {
    if (options.signal.aborted) return 'unfinished'
    throw error
  }
}

/** @returns undefined where it was refused for good */
async function create(options: UserOptions, body: string, meantAt: number): Promise<string | undefined> {
  const { client, created, signal } = options
  for (;;) {
    const asked = client.ask(ROUTES.create, '/runs', contractRunSchema, { body, meantAt, signal })
    const answer = await asked.catch((error: unknown) => {
      // Given up while the answer was due.
      created.unanswered++
      throw error
    })
    if (answer.kind === 'ok') {
      created.ids.add(answer.body.id)
      return answer.body.id
    }
    if (answer.kind === 'broken' && !answer.refused) created.unanswered++
    if (!(await mayRepeat(options, answer))) return undefined
  }
}

/** @returns false where it was refused for good */
async function processUntilFinished(options: UserOptions, id: string): Promise<boolean> {
  const { client, now, signal } = options
  for (;;) {
    const path = `/runs/${id}/process-next`
    const answer = await client.ask(ROUTES.next, path, contractOutcomeSchema, { meantAt: now(), signal })
    if (answer.kind === 'ok') {
      if (answer.body.state === 'finished') return true
    } else if (!(await mayRepeat(options, answer))) return false
  }
}

async function statusWhenEnded(options: UserOptions, id: string, since: number): Promise<RunEnd> {
  const { client, now, signal, pauseMs } = options
  for (;;) {
    const answer = await client.ask(ROUTES.status, `/runs/${id}`, contractRunSchema, {
      meantAt: now(),
      signal,
    })
    if (answer.kind === 'ok') {
      const { status } = answer.body
      switch (status) {
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
          await delay(Math.max(pauseMs, LOOK_AGAIN_AFTER * (now() - since)), undefined, { signal })
          break
        default:
          status satisfies never
      }
    } else if (!(await mayRepeat(options, answer))) return 'errored'
  }
}

/** Waits for as long as a client is meant to. */
async function mayRepeat(
  { pauseMs, signal }: UserOptions,
  answer: Exclude<Answer<never>, { kind: 'ok' }>,
): Promise<boolean> {
  switch (answer.kind) {
    case 'again':
      await delay(answer.afterMs, undefined, { signal })
      return true
    case 'broken':
      await delay(pauseMs, undefined, { signal })
      return true
    case 'given-up':
      return false
    default:
      return answer satisfies never
  }
}
