import { getResponse, type HttpHandler } from 'msw'
import { createMockState } from './attempt.ts'
import { messagesHandlers } from './handlers/messages.ts'
import { unknownPathHandlers } from './handlers/unknown-path.ts'
import type { Journal } from './journal.ts'
import { type ClaudeMockOptions, resolveOptions } from './options.ts'

/** A Claude API in this process. */
export interface ClaudeMock {
  /** For MSW: `setupServer(...mock.handlers)`. */
  readonly handlers: HttpHandler[]
  /** For the SDK's `fetch` option: answers through the handlers, with no network and no interceptor. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>
  readonly journal: Journal
}

/**
 * Makes a mock of the Claude API. What it answers depends on the seed and on the request; when it
 * answers depends on the clock. Throws when an option is wrong.
 */
export function createClaudeMock(options: ClaudeMockOptions): ClaudeMock {
  const state = createMockState(resolveOptions(options))
  const handlers = [...messagesHandlers(state), ...unknownPathHandlers(state)]
  return {
    handlers,
    async fetch(input, init) {
      const request = new Request(input, init)
      const response = await getResponse(handlers, request)
      if (response === undefined) {
        throw new Error(
          `The Claude mock expected a request to ${state.options.baseUrl}, got ${request.method} ${request.url}.`,
        )
      }
      return response
    },
    journal: state.journal,
  }
}
