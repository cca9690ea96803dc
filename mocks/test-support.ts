import Anthropic from '@anthropic-ai/sdk'
import { type ClaudeMockOptions, createClaudeMock } from './index.ts'
import { createManualClock } from './manual-clock.ts'

/** For unit tests only. */
export const START = Date.UTC(2026, 10, 24)

export const FAST = { firstTokenMs: 1, perThousandInputTokensMs: 0, tokensPerSecond: 1e6, sigma: 0 }

export const testClock = () => createManualClock(START)

export function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'x-api-key': 'test', 'anthropic-version': '2026-10-21', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}

export const DOCUMENT = `Our warehouse staff record every delivery on paper. The paper forms reach the office a day later,
and the office team types them into the inventory system by hand. Typing errors cause wrong stock levels, and
wrong stock levels cause late orders. The customer service team then answers complaints without knowing the
real stock level. Staff want a mobile scanner that books a delivery at the gate, works without a network
connection, and synchronises with the inventory system later. Managers want a daily report of late orders,
grouped by supplier, and an alert when a supplier misses an agreed delivery window. The finance department needs
an audit trail of each stock correction, with the reason and the person who approved it.`

/** A mock without limits on a clock of its own, and the SDK on it, which does not retry. */
export function clientOf(options: Partial<ClaudeMockOptions> = {}) {
  const clock = testClock()
  const mock = createClaudeMock({ clock, seed: 7, latency: FAST, limits: {}, ...options })
  const client = new Anthropic({ apiKey: 'test', maxRetries: 0, logLevel: 'off', fetch: mock.fetch })
  return { clock, mock, client }
}

/** A request with the text as its prompt. */
export const asking = (text: string, model = 'claude-sonnet-5') => ({
  model,
  max_tokens: 4_000,
  messages: [{ role: 'user' as const, content: text }],
})
