import { afterEach, expect, test } from 'vitest'
import { type ClaudeMockOptions, createClaudeMock } from '../mocks/index.ts'
import { type MockServer, startMockServer } from '../mocks/server/server.ts'

/**
 * The server answers POST /v1/messages without the handler, on the same core. What a client gets must be
 * what the handler would have given it: the same sequence of requests goes to both.
 */

const MESSAGE = { model: 'claude-sonnet-5', max_tokens: 300, messages: [{ role: 'user', content: 'Stock.' }] }
const SCHEMA = {
  type: 'object',
  properties: { title: { type: 'string' }, count: { type: 'integer' } },
  required: ['title', 'count'],
  additionalProperties: false,
}
const TOOL = { name: 'look_up', description: 'Looks up', input_schema: SCHEMA }

type Sent = { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }

const SEQUENCE: readonly Sent[] = [
  { body: MESSAGE },
  { body: MESSAGE },
  { body: MESSAGE },
  { body: { ...MESSAGE, stream: true } },
  { body: { ...MESSAGE, stream: true } },
  { body: { ...MESSAGE, stream: true } },
  { body: { ...MESSAGE, max_tokens: 5 } },
  { body: { ...MESSAGE, stop_sequences: [' '] } },
  { body: { ...MESSAGE, output_config: { format: { type: 'json_schema', schema: SCHEMA } } } },
  { body: { ...MESSAGE, tools: [TOOL], tool_choice: { type: 'any' }, stream: true } },
  { body: { ...MESSAGE, messages: [{ role: 'user', content: 'Lager “Süd” 倉庫 😀' }] } },
  { body: { ...MESSAGE, messages: [{ role: 'user', content: 'Our stock levels. '.repeat(600) }] } },
  { body: { ...MESSAGE, cache_control: { type: 'ephemeral' }, system: 'A long text. '.repeat(600) } },
  { body: { ...MESSAGE, model: 'claude-none' } },
  { body: { ...MESSAGE, max_tokens: undefined } },
  { body: 'not JSON' },
  { body: '' },
  { body: '\uFEFF{}' },
  { body: `{"metadata":${'['.repeat(50_000)}` },
  { body: MESSAGE, headers: { 'x-api-key': '' } },
  { body: MESSAGE, headers: { 'x-api-key': '', authorization: 'Bearer test' } },
  { body: MESSAGE, headers: { 'anthropic-version': '2000-01-01' } },
]

const FAULTS: NonNullable<ClaudeMockOptions['faults']> = [
  { status: 429, retryAfterSeconds: 3, nthRequest: 2 },
  { status: 502, nthRequest: 3 },
  { status: 529, nthRequest: 4 },
  { kind: 'stream-error', nthRequest: 5 },
  { kind: 'malformed-json', nthRequest: 7 },
  { kind: 'refusal', nthRequest: 8 },
  { kind: 'schema-violation', nthRequest: 1 },
]

/** Stands still, so that levels and reset times are the same for both. */
const clock = { now: () => Date.UTC(2026, 10, 24), sleep: () => Promise.resolve() }

/** Those of HTTP itself, which only a server sends. */
const OF_TRANSPORT = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding']

let server: MockServer | undefined
afterEach(async () => {
  await server?.close(0)
  server = undefined
})

async function answersOf(ask: (init: RequestInit) => Promise<Response>) {
  const answers = []
  for (const { body, headers } of SEQUENCE) {
    const response = await ask({
      method: 'POST',
      headers: { 'x-api-key': 'test', 'anthropic-version': '2023-06-01', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const shown = [...response.headers].filter(([name]) => !OF_TRANSPORT.includes(name))
    answers.push({
      status: response.status,
      headers: Object.fromEntries(shown),
      body: Buffer.from(await response.arrayBuffer()).toString(),
    })
  }
  return answers
}

const NONE = { firstTokenMs: 0, perThousandInputTokensMs: 0, tokensPerSecond: 1e9, sigma: 0 }
const TIMED = { firstTokenMs: 5, perThousandInputTokensMs: 1, tokensPerSecond: 100, sigma: 0.2 }
const WIDE = {
  requestsPerMinute: 1e6,
  inputTokensPerMinute: 1e6,
  outputTokensPerMinute: 1e6,
  tokensPerMinute: 1e6,
}

test.each<[string, Partial<ClaudeMockOptions>]>([
  ['without latency', {}],
  ['with latency', { latency: TIMED }],
  ['with wide limits', { limits: WIDE }],
  ['with limits that refuse', { limits: { ...WIDE, requestsPerMinute: 3, concurrentRequests: 5 } }],
  ['with faults', { faults: FAULTS }],
  ['with faults and latency', { faults: FAULTS, latency: TIMED }],
  ['with keys', { apiKeys: ['other'], forbiddenApiKeys: ['test'] }],
])('server and handler give the same answers: %s', async (_name, more) => {
  const options = { clock, seed: 3, latency: NONE, limits: {}, rejectMs: 0, ...more }
  const handler = createClaudeMock(options)
  server = await startMockServer({ mock: options, port: 0 })
  const { url } = server
  const served = await answersOf((init) => fetch(`${url}/v1/messages`, init))
  const handled = await answersOf((init) => handler.fetch('https://api.anthropic.com/v1/messages', init))
  expect(served).toEqual(handled)
})
