import Anthropic from '@anthropic-ai/sdk'
import { afterEach, expect, test } from 'vitest'
import { createRealClock } from '../mocks/server/real-clock.ts'
import { type MockServer, startMockServer } from '../mocks/server/server.ts'

const NO_LATENCY = { firstTokenMs: 0, perThousandInputTokensMs: 0, tokensPerSecond: 1e9, sigma: 0 }
const HEADERS = { 'x-api-key': 'test', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' }
const PARAMS = {
  model: 'claude-sonnet-5',
  max_tokens: 300,
  messages: [{ role: 'user' as const, content: 'Describe the warehouse.' }],
}

let server: MockServer | undefined
afterEach(async () => {
  await server?.close(0)
  server = undefined
})

async function start(options: Partial<Parameters<typeof startMockServer>[0]['mock']> = {}) {
  const mock = { clock: createRealClock(), seed: 1, latency: NO_LATENCY, limits: {}, rejectMs: 0, ...options }
  server = await startMockServer({ mock, port: 0 })
  return server
}

const post = (url: string, body: BodyInit, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', headers: { ...HEADERS, ...headers }, body })
const ask = (url: string, more: object = {}, headers = {}) =>
  post(`${url}/v1/messages`, JSON.stringify({ ...PARAMS, ...more }), headers)
const journalOf = async (url: string) => (await fetch(`${url}/_mock/journal`)).json()

test('the SDK fetches the results of a batch from the server that it was sent to', async () => {
  const batches = { queueMs: 0, itemMs: 0, sigma: 0, parallel: 1 }
  const { url } = await start({ batches })
  const asked: string[] = []
  const client = new Anthropic({
    apiKey: 'test',
    baseURL: url,
    maxRetries: 0,
    fetch: (input, init) => {
      asked.push(new URL(String(input)).origin)
      return String(input).startsWith(url) ? fetch(input, init) : Promise.reject(new Error('left the mock'))
    },
  })
  const batch = await client.messages.batches.create({ requests: [{ custom_id: 'one', params: PARAMS }] })
  const results: unknown[] = []
  for await (const each of await client.messages.batches.results(batch.id)) results.push(each)
  expect(results).toMatchObject([{ custom_id: 'one', result: { type: 'succeeded' } }])
  expect(new Set(asked)).toEqual(new Set([url]))
})

test('a batch may be larger than a message', async () => {
  const { url } = await start()
  const params = { padding: 'x'.repeat(33 * 1024 * 1024) }
  const body = JSON.stringify({ requests: [{ custom_id: 'one', params }] })
  expect((await post(`${url}/v1/messages/batches`, body)).status).toBe(200)
})

test('with a burst window the first request is let in', async () => {
  const { url } = await start({ limits: { requestsPerMinute: 60, burstWindowMs: 1_000 } })
  expect((await ask(url)).status).toBe(200)
  expect((await ask(url, { model: 'claude-opus-5' })).status).toBe(200)
})

test.each<[string, number, (url: string) => Promise<Response>]>([
  ['too large a body', 413, (url) => post(`${url}/v1/messages`, 'x'.repeat(33 * 1024 * 1024))],
  ['a body that is not UTF-8', 400, (url) => post(`${url}/v1/messages`, new Uint8Array([0x22, 0xff, 0x22]))],
  [
    'a count that is not UTF-8',
    400,
    (url) => post(`${url}/v1/messages/count_tokens`, new Uint8Array([0xff])),
  ],
  [
    'a long batch without a key',
    401,
    (url) => post(`${url}/v1/messages/batches`, 'x'.repeat(2 * 1024 * 1024), { 'x-api-key': '' }),
  ],
  [
    'a long message without a key',
    401,
    (url) => post(`${url}/v1/messages`, 'x'.repeat(2 * 1024 * 1024), { 'x-api-key': '' }),
  ],
  ['a path that is not canonical', 404, (url) => post(`${url}/v1/nope/`, '{}')],
])('%s is in the journal', async (_, status, send) => {
  const { url } = await start()
  const response = await send(url)
  expect(response.status).toBe(status)
  expect((await response.json()).request_id).toBe(response.headers.get('request-id'))
  const { totals, entries } = await journalOf(url)
  expect(totals).toMatchObject({ attempts: 1, byStatus: { [status]: 1 } })
  expect(entries).toMatchObject([{ state: 'ended', status }])
})

test('a reset begins the count of requests anew', async () => {
  const { url } = await start()
  await (await ask(url)).text()
  await fetch(`${url}/_mock/reset`, { method: 'POST' })
  const text = await (await fetch(`${url}/metrics`)).text()
  expect(text).not.toContain('claude_mock_requests_total{status="200"} 1')
})

test('a fault finds its header however its name is written', async () => {
  const { url } = await start({ faults: [{ status: 500, header: { name: 'X-Phase', value: 'cards' } }] })
  expect((await ask(url, {}, { 'x-phase': 'cards' })).status).toBe(500)
})

test.each(['[{"status":500,"header":{"name":"bad name"}}]', '[{"status":500,"model":"claude-none-1"}]'])(
  'faults that could never be right are refused in one line: %s',
  async (faults) => {
    const { url } = await start()
    const refused = await fetch(`${url}/_mock/faults`, { method: 'PUT', body: faults })
    expect(refused.status).toBe(400)
    expect((await refused.json()).error.message).not.toContain('\n')
    expect((await ask(url)).status).toBe(200)
  },
)
