import { afterEach, expect, test } from 'vitest'
import { createRealClock } from '../mocks/server/real-clock.ts'
import { type MockServer, startMockServer } from '../mocks/server/server.ts'

const NO_LATENCY = { firstTokenMs: 0, perThousandInputTokensMs: 0, tokensPerSecond: 1e9, sigma: 0 }
const HEADERS = { 'x-api-key': 'test', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' }

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

const bodyOf = (more: object = {}) =>
  JSON.stringify({
    model: 'claude-sonnet-5',
    max_tokens: 300,
    messages: [{ role: 'user', content: 'Describe the warehouse.' }],
    ...more,
  })

const ask = (url: string, more: object = {}, init: RequestInit = {}) =>
  fetch(`${url}/v1/messages`, { method: 'POST', headers: HEADERS, body: bodyOf(more), ...init })

const journalOf = async (url: string) => (await (await fetch(`${url}/_mock/journal`)).json()).entries

test('chunks of a stream arrive one by one', async () => {
  const { url } = await start({
    latency: { firstTokenMs: 1, perThousandInputTokensMs: 0, tokensPerSecond: 500, sigma: 0 },
  })
  const response = await ask(url, { stream: true })
  let chunks = 0
  for await (const _ of response.body as unknown as AsyncIterable<Uint8Array>) chunks += 1
  expect(response.headers.get('content-type')).toMatch('text/event-stream')
  expect(chunks).toBeGreaterThan(3)
})

test('a client that goes away within a stream is noticed', async () => {
  const { url } = await start({
    latency: { firstTokenMs: 1, perThousandInputTokensMs: 0, tokensPerSecond: 50, sigma: 0 },
  })
  const abort = new AbortController()
  const response = await ask(url, { stream: true }, { signal: abort.signal })
  const reader = (response.body as ReadableStream).getReader()
  await reader.read()
  abort.abort()
  await expect.poll(async () => (await journalOf(url))[0].state).toBe('aborted')
})

test('a client that goes away before the answer is noticed', async () => {
  const { url } = await start({
    latency: { firstTokenMs: 60_000, perThousandInputTokensMs: 0, tokensPerSecond: 50, sigma: 0 },
  })
  const abort = new AbortController()
  const asked = ask(url, {}, { signal: abort.signal }).catch((error: Error) => error.name)
  await expect.poll(async () => (await journalOf(url)).length).toBe(1)
  abort.abort()
  expect(await asked).toBe('AbortError')
  await expect.poll(async () => (await journalOf(url))[0].state).toBe('aborted')
})

test.each(['connection-reset', 'connection-refused'] as const)('%s breaks the socket', async (kind) => {
  const { url } = await start({ faults: [{ kind, nthRequest: 1 }] })
  await expect(ask(url)).rejects.toThrow('fetch failed')
  expect((await ask(url)).status).toBe(200)
})

test('faults are seen and steered at run time', async () => {
  const { url } = await start()
  const put = (body: string) => fetch(`${url}/_mock/faults`, { method: 'PUT', body })
  expect((await put('[{"status":529,"nthRequest":1}]')).status).toBe(200)
  expect(await (await fetch(`${url}/_mock/faults`)).json()).toEqual([{ status: 529, nthRequest: 1 }])
  expect((await ask(url)).status).toBe(529)
  expect((await ask(url)).status).toBe(200)
})

test.each(['[{"status":418}]', '{}', 'not JSON'])(
  'faults that are not right change nothing: %s',
  async (body) => {
    const { url } = await start({ faults: [{ status: 500, nthRequest: 1 }] })
    const refused = await fetch(`${url}/_mock/faults`, { method: 'PUT', body })
    expect(refused.status).toBe(400)
    expect((await refused.json()).error.message).not.toBe('')
    expect(await (await fetch(`${url}/_mock/faults`)).json()).toEqual([{ status: 500, nthRequest: 1 }])
  },
)

test('the journal comes in pages and a reset empties it', async () => {
  const { url } = await start()
  for (let n = 0; n < 5; n += 1) await (await ask(url)).text()
  const first = await (await fetch(`${url}/_mock/journal?limit=3`)).json()
  const second = await (await fetch(`${url}${first.next}`)).json()
  const numbers = [...first.entries, ...second.entries].map((entry: { n: number }) => entry.n)
  expect(numbers).toEqual([1, 2, 3, 4, 5])
  expect(second.next).toBeNull()
  await fetch(`${url}/_mock/reset`, { method: 'POST' })
  expect(await journalOf(url)).toEqual([])
})

test.each(['?limit=0', '?limit=x', '?after=-1', '?unknown=1'])('the journal refuses %s', async (query) => {
  const { url } = await start()
  expect((await fetch(`${url}/_mock/journal${query}`)).status).toBe(400)
})

test('what is wrong with a page of the journal is said on one line', async () => {
  const { url } = await start()
  const { error } = await (await fetch(`${url}/_mock/journal?limit=0&after=-1`)).json()
  expect(error.message).toMatch(/^after: Too small.*; limit: Too small.*$/)
})

test('metrics count requests by status, tokens and what is left of the limits', async () => {
  const { url } = await start({ limits: { requestsPerMinute: 1 } })
  await (await ask(url)).text()
  await (await ask(url)).text()
  const text = await (await fetch(`${url}/metrics`)).text()
  expect(text).toContain('claude_mock_requests_total{status="200"} 1')
  expect(text).toContain('claude_mock_requests_total{status="429"} 1')
  expect(text).toMatch(/claude_mock_tokens_total\{direction="output"\} [1-9]/)
  expect(text).toMatch(/claude_mock_rate_limit_level\{model_class="claude-sonnet-5",limit="requests"\} 0/)
  expect(text).toContain('claude_mock_requests_under_way 0')
})

test('a stop waits for what is under way', async () => {
  const { url, close } = await start({
    latency: { firstTokenMs: 100, perThousandInputTokensMs: 0, tokensPerSecond: 1e6, sigma: 0 },
  })
  const asked = ask(url)
  await expect.poll(async () => (await journalOf(url)).length).toBe(1)
  const closed = close(5_000)
  expect((await asked).status).toBe(200)
  await closed
  await expect(fetch(`${url}/_mock/health`)).rejects.toThrow('fetch failed')
})
