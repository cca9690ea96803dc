import { getResponse, type HttpHandler } from 'msw'
import { type BucketLevel, createMockState } from './attempt.ts'
import { directPaths, type Resolve } from './direct-path.ts'
import type { FaultSchedule } from './faults/index.ts'
import { batchesHandlers } from './handlers/batches.ts'
import { countTokensHandlers } from './handlers/count-tokens.ts'
import { messagesHandlers } from './handlers/messages.ts'
import { modelsHandlers } from './handlers/models.ts'
import { unknownPathHandlers } from './handlers/unknown-path.ts'
import type { Journal } from './journal.ts'
import { type ClaudeMockOptions, resolveOptions } from './options.ts'

/** A Claude API in this process. */
export interface ClaudeMock {
  /** For MSW: `setupServer(...mock.handlers)`. */
  readonly handlers: HttpHandler[]
  /** For the SDK's `fetch` option: answers through the handlers, with no network and no interceptor. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>
  /** For a server that routes by itself: see directPaths. */
  direct(method: string, path: string): Resolve | undefined
  readonly journal: Journal
  /** What is left in the rate limit buckets now. */
  bucketLevels(): readonly BucketLevel[]
  /** The faults that are in force; another list can take their place. */
  readonly faults: Pick<FaultSchedule, 'faults' | 'replace'>
}

/**
 * Makes a mock of the Claude API. What it answers depends on the seed and on the request; when it
 * answers depends on the clock. Throws when an option is wrong.
 */
export function createClaudeMock(options: ClaudeMockOptions): ClaudeMock {
  const state = createMockState(resolveOptions(options))
  const handlers = [
    ...messagesHandlers(state),
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
    direct: directPaths(handlers, state.options.baseUrl),
    faults: state.faults,
    journal: state.journal,
    bucketLevels: state.bucketLevels,
  }
}
