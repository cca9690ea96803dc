import Anthropic from '@anthropic-ai/sdk'
import { type Clock, chooseProfile, createClaudeMock } from '../../mocks/index.ts'
import type { ClaudeChoice } from './engine-options.ts'

const MOCK_SEED = 1
const ENGINE_OWNED = { maxRetries: 0, openTelemetry: false } as const

/** The client of the real API or of the mock. Retries and spans are the engine's. */
export function createClaude(
  choice: ClaudeChoice,
  { clock, timeScale }: { readonly clock: Clock; readonly timeScale: number },
): Anthropic {
  switch (choice.kind) {
    case 'api': {
      const scaled = timeScale === 1 ? {} : { fetch: fetchScaled(timeScale) }
      return new Anthropic({ ...ENGINE_OWNED, ...scaled, apiKey: choice.apiKey })
    }
    case 'mock': {
      const { latency, limits, ...others } = chooseProfile(choice.profile, choice.latency)
      const mock = createClaudeMock({ clock, seed: MOCK_SEED, latency, limits, ...others })
      return new Anthropic({ ...ENGINE_OWNED, apiKey: 'tierbench', fetch: mock.fetch })
    }
    default:
      return choice satisfies never
  }
}

/** A scaled mock says `retry-after-ms` in the time of the wall clock: an engine on a scaled one needs its own. */
function fetchScaled(timeScale: number): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init)
    const inMs = response.headers.get('retry-after-ms')
    if (inMs === null) return response
    const headers = new Headers(response.headers)
    headers.set('retry-after-ms', String(Number(inMs) * timeScale))
    return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
  }
}
