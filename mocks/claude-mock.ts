import { getResponse, type HttpHandler } from 'msw'
import { type Arrival, type Attempt, openAttempt, type WholeAnswer } from './attempt.ts'
import type { ApiError } from './errors.ts'
import type { FaultSchedule } from './faults/index.ts'
import { batchesHandlers } from './handlers/batches.ts'
import { countTokensHandlers } from './handlers/count-tokens.ts'
import { messagesEndpoint, messagesHandlers } from './handlers/messages.ts'
import { modelsHandlers } from './handlers/models.ts'
import { unknownPathHandlers } from './handlers/unknown-path.ts'
import type { Journal } from './journal.ts'
import { type BucketLevel, createMockState } from './mock-state.ts'
import { type ClaudeMockOptions, resolveOptions } from './options.ts'
import { refuseArrival } from './refuse-arrival.ts'
import { type HeaderReader, keyError } from './request-checks.ts'

/** A Claude API in this process. */
export interface ClaudeMock {
  /** For MSW: `setupServer(...mock.handlers)`. */
  readonly handlers: HttpHandler[]
  /** For the SDK's `fetch` option: answers through the handlers, with no network and no interceptor. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>
  /** `POST /v1/messages` for a server: what the handler does, without a Request and a Response. */
  openMessages(arrival: Arrival): Attempt
  /** For a server: why a request's key is not let in, before its body is there; undefined when it is. */
  keyError(headers: HeaderReader): ApiError | undefined
  /** For a server: the answer to a request that it does not let through. It is in the journal. */
  refuse(arrival: Arrival, error: ApiError): WholeAnswer
  readonly journal: Journal
  /** What is left in the rate limit buckets now. */
  bucketLevels(): readonly BucketLevel[]
  /** Requests that were let in and are not answered yet, over all models. */
  readonly underWay: number
  /** The faults that are in force; another list can take their place. */
  readonly faults: Pick<FaultSchedule, 'faults' | 'replace'>
}

/**
 * Makes a mock of the Claude API. What it answers depends on the seed and on the request; when it
 * answers depends on the clock. Throws when an option is wrong.
 */
export function createClaudeMock(options: ClaudeMockOptions): ClaudeMock {
  const state = createMockState(resolveOptions(options))
  const messages = messagesEndpoint(state)
  const handlers = [
    ...messagesHandlers(state, messages),
    ...countTokensHandlers(state),
    ...batchesHandlers(state),
    ...modelsHandlers(state),
    ...unknownPathHandlers(state),
  ]
  // A request that is collected no longer passes on its abort: one whose body is under way is held.
  const held = new WeakMap<Response, Request>()
  return {
    handlers,
    async fetch(input, init) {
      const request = new Request(input, init)
      request.signal.throwIfAborted()
      const response = await getResponse(handlers, request)
      if (response === undefined) {
        throw new Error(
          `The Claude mock expected a request to ${state.options.baseUrl}, got ${request.method} ${request.url}.`,
        )
      }
      held.set(response, request)
      return response
    },
    openMessages: (arrival) => openAttempt(state, messages, arrival),
    keyError: (headers) => keyError(headers, state.options),
    refuse: (arrival, error) => refuseArrival(state, arrival, error),
    faults: state.faults,
    journal: state.journal,
    bucketLevels: state.bucketLevels,
    get underWay() {
      return state.underWay
    },
  }
}
