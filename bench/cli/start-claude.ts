import Anthropic from '@anthropic-ai/sdk'
import { type Clock, chooseProfile, createClaudeMock } from '../../mocks/index.ts'
import type { ClaudeChoice } from './start-options.ts'

const MOCK_SEED = 1
const ENGINE_OWNED = { maxRetries: 0, openTelemetry: false } as const

/** The client of the real API or of the mock. Retries and spans are the engine's. */
export function createClaude(choice: ClaudeChoice, clock: Clock): Anthropic {
  switch (choice.kind) {
    case 'api':
      return new Anthropic({ ...ENGINE_OWNED, apiKey: choice.apiKey })
    case 'mock': {
      const { latency, limits, ...others } = chooseProfile(choice.profile, choice.latency)
      const mock = createClaudeMock({ clock, seed: MOCK_SEED, latency, limits, ...others })
      return new Anthropic({ ...ENGINE_OWNED, apiKey: 'tierbench', fetch: mock.fetch })
    }
    default:
      return choice satisfies never
  }
}
