import type { ModelInfo } from '@anthropic-ai/sdk/resources/models'
import { type HttpHandler, http } from 'msw'
import { answeredFree } from '../decision.ts'
import type { Endpoint } from '../endpoint.ts'
import { handleRequest } from '../handle-request.ts'
import type { MockState } from '../mock-state.ts'
import { modelFacts } from '../models.ts'
import { pageOf } from '../page.ts'

/** `GET /v1/models` and `GET /v1/models/{id}`. */
export function modelsHandlers(state: MockState): HttpHandler[] {
  const { baseUrl } = state.options
  return [
    http.get(`${baseUrl}/v1/models`, ({ request }) =>
      handleRequest(state, request, listEndpoint(state, new URL(request.url).searchParams)),
    ),
    http.get(`${baseUrl}/v1/models/:id`, ({ request, params }) =>
      handleRequest(state, request, oneEndpoint(state, String(params.id))),
    ),
  ]
}

function listEndpoint({ options }: MockState, query: URLSearchParams): Endpoint<unknown> {
  return {
    name: 'models',
    parse() {
      const found = pageOf(options.models.map(modelInfo), query)
      return 'error' in found ? found : { body: found.page }
    },
    content: () => ['models', query.toString()],
    decide: (page) => answeredFree(page, options.rejectMs),
  }
}

function oneEndpoint({ options }: MockState, id: string): Endpoint<string> {
  return {
    name: 'models',
    parse: () =>
      options.models.includes(id)
        ? { body: id }
        : { error: { type: 'not_found_error', message: `model: ${id}` } },
    content: () => ['models', id],
    decide: () => answeredFree(modelInfo(id), options.rejectMs),
  }
}

const LINES = ['haiku', 'sonnet', 'opus', 'fable', 'mythos'] as const

/** Dates of release are not known here: the API gives the epoch then. Capabilities are left out. */
function modelInfo(id: string): ModelInfo {
  const facts = modelFacts(id)
  return {
    type: 'model',
    id,
    display_name: displayName(id),
    created_at: '1970-01-01T00:00:00Z',
    lifecycle: 'active',
    deprecated_at: null,
    retires_at: null,
    line: LINES.find((line) => id.startsWith(`claude-${line}-`)) ?? null,
    max_input_tokens: facts?.contextTokens ?? null,
    max_tokens: facts?.maxOutputTokens ?? null,
    capabilities: null,
  }
}

/** `claude-opus-4-5-20251101` is called Claude Opus 4.5. */
function displayName(id: string): string {
  return id
    .replace(/-\d{8}$/, '')
    .replace(/(\d)-(\d)/g, '$1.$2')
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ')
}
