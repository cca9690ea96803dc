import Anthropic from '@anthropic-ai/sdk'
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type ClaudeMockOptions, createClaudeMock } from './index.ts'
import { DOCUMENT, FAST, post, START, testClock } from './test-support.ts'

const MESSAGE = {
  model: 'claude-sonnet-5',
  max_tokens: 4_000,
  messages: [{ role: 'user', content: DOCUMENT }],
}

function mockWith(options: Partial<ClaudeMockOptions> = {}) {
  const clock = testClock()
  const mock = createClaudeMock({ clock, seed: 7, latency: FAST, limits: {}, ...options })
  const send = (body: unknown = MESSAGE, headers: Record<string, string> = {}) =>
    clock.run(mock.fetch('https://api.anthropic.com/v1/messages', post(body, headers)))
  return { clock, mock, send }
}

test('the SDK parses a zod schema with exact lengths and enums', async () => {
  const { clock, mock } = mockWith()
  const client = new Anthropic({ apiKey: 'test', maxRetries: 0, fetch: mock.fetch })
  const point = z.object({ x: z.int().min(3).max(4), label: z.string().min(5).max(12) })
  const output = z.object({
    cards: z
      .array(
        z.object({
          title: z.string().min(10).max(60),
          summary: z.string(),
          kind: z.enum(['need', 'problem']),
          acceptance: z.array(z.string()).length(6),
          due: z.iso.datetime(),
          at: z.iso.time(),
          contact: z.email().optional(),
          note: z.string().nullable(),
          from: point,
          to: point,
        }),
      )
      .length(6),
  })
  const message = await clock.run(
    client.messages.parse({
      model: 'claude-sonnet-5',
      max_tokens: 20_000,
      messages: [{ role: 'user', content: DOCUMENT }],
      output_config: { format: zodOutputFormat(output) },
    }),
  )
  expect(message.stop_reason).toBe('end_turn')
  expect(message.parsed_output?.cards.map((card) => card.acceptance.length)).toEqual([6, 6, 6, 6, 6, 6])
})

test('the SDK sees a rejection as the error class of its status, with the request id', async () => {
  const { clock, mock } = mockWith({ faults: [{ nthRequest: 1, status: 529 }] })
  const client = new Anthropic({ apiKey: 'test', maxRetries: 0, fetch: mock.fetch })
  const call = client.messages.create({
    model: 'claude-sonnet-5',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'Hi' }],
  })
  const error = await clock.run(call.catch((thrown: unknown) => thrown))
  expect(error).toMatchObject({
    status: 529,
    type: 'overloaded_error',
    requestID: expect.stringMatching(/^req_01/),
  })
})

test('the same requests get the same content in any order and on any attempt', async () => {
  const bodies = ['billing', 'search', 'import'].map((topic) => ({
    ...MESSAGE,
    messages: [{ role: 'user', content: `Describe the ${topic} service of the warehouse.` }],
  }))
  const contents = async (order: readonly number[]) => {
    const { send } = mockWith()
    const found: Record<number, string> = {}
    for (const index of order) found[index] = (await (await send(bodies[index])).json()).content[0].text
    return found
  }
  const first = await contents([0, 1, 2])
  expect(await contents([2, 1, 1, 0, 2])).toEqual(first)
  expect(new Set(Object.values(first)).size).toBe(3)
})

test('another seed gives other content', async () => {
  const one = await (await mockWith({ seed: 1 }).send()).json()
  const two = await (await mockWith({ seed: 2 }).send()).json()
  expect(one.content[0].text).not.toBe(two.content[0].text)
})

test('an answer has the shape of a message, its headers, and usage that fits the text', async () => {
  const response = await mockWith({ limits: { requestsPerMinute: 50 } }).send()
  const message = await response.json()
  expect(message).toMatchObject({
    id: expect.stringMatching(/^msg_01\w{22}$/),
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-5',
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
  })
  expect(message.content[0].text.length / message.usage.output_tokens).toBeGreaterThan(3)
  expect(message.content[0].text.length / message.usage.output_tokens).toBeLessThan(5.5)
  expect(DOCUMENT.length / message.usage.input_tokens).toBeGreaterThan(3)
  expect(DOCUMENT.length / message.usage.input_tokens).toBeLessThan(5.5)
  expect(response.headers.get('request-id')).toMatch(/^req_01/)
  expect(response.headers.get('anthropic-organization-id')).toMatch(/^[0-9a-f-]{36}$/)
})

test('a text longer than max_tokens is cut there', async () => {
  const whole = await (await mockWith().send()).json()
  const cut = await (await mockWith().send({ ...MESSAGE, max_tokens: 20 })).json()
  expect(cut).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 20 } })
  expect(whole.content[0].text.startsWith(cut.content[0].text)).toBe(true)
})

test('a text stops before a stop sequence', async () => {
  const whole = await (await mockWith().send()).json()
  const word = whole.content[0].text.split(' ')[5]
  const stopped = await (await mockWith().send({ ...MESSAGE, stop_sequences: [word] })).json()
  expect(stopped).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: word })
  expect(stopped.content[0].text).not.toContain(word)
})

test('an answer takes one sleep, of the latency of its tokens', async () => {
  const latency = { firstTokenMs: 500, perThousandInputTokensMs: 1_000, tokensPerSecond: 50, sigma: 0 }
  const { clock, send } = mockWith({ latency })
  const { usage } = await (await send()).json()
  expect(clock.sleeps).toHaveLength(1)
  expect(clock.sleeps[0]).toBeCloseTo(500 + usage.input_tokens + usage.output_tokens * 20, 3)
})

test('a rejection takes one sleep of rejectMs', async () => {
  const { clock, send } = mockWith({ rejectMs: 30 })
  await send({})
  expect(clock.sleeps).toEqual([30])
})

test('more requests at once than the limit are refused, and let in again when one has ended', async () => {
  const { clock, mock, send } = mockWith({ limits: { concurrentRequests: 2 } })
  const url = 'https://api.anthropic.com/v1/messages'
  const three = await clock.run(Promise.all([1, 2, 3].map(() => mock.fetch(url, post(MESSAGE)))))
  expect(three.map((response) => response.status)).toEqual([200, 200, 429])
  expect(three[2]?.headers.get('retry-after')).toBe('1')
  expect(await three[2]?.text()).toMatch(/Number of concurrent requests has exceeded your rate limit/)
  expect((await send()).status).toBe(200)
})

test('a rejected request charges nothing', async () => {
  const { clock, send } = mockWith({
    limits: { requestsPerMinute: 2 },
    faults: [{ nthRequest: 1, status: 500 }],
    latency: { ...FAST, tokensPerSecond: 1e9 },
  })
  const badSchema = { ...MESSAGE, output_config: { format: { type: 'json_schema', schema: { not: {} } } } }
  const statuses = []
  for (const body of [MESSAGE, {}, badSchema, MESSAGE, MESSAGE, MESSAGE])
    statuses.push((await send(body)).status)
  expect(statuses).toEqual([500, 400, 400, 200, 200, 429])
  expect(clock.now() - START).toBeLessThan(1_000)
})

test('faults come at the nth request that passes the checks', async () => {
  const { send } = mockWith({
    faults: [
      { nthRequest: 2, status: 429, retryAfterSeconds: 3 },
      { nthRequest: 3, status: 429 },
      { nthRequest: 4, status: 500 },
    ],
  })
  const seen = []
  for (const body of [MESSAGE, {}, MESSAGE, MESSAGE, MESSAGE, MESSAGE]) {
    const response = await send(body)
    seen.push([response.status, response.headers.get('retry-after'), (await response.json()).error?.type])
  }
  expect(seen).toEqual([
    [200, null, undefined],
    [400, null, 'invalid_request_error'],
    [429, '3', 'rate_limit_error'],
    [429, null, 'rate_limit_error'],
    [500, null, 'api_error'],
    [200, null, undefined],
  ])
})

test('model classes have buckets of their own', async () => {
  const { send } = mockWith({ limits: { requestsPerMinute: 1 } })
  expect((await send()).status).toBe(200)
  expect((await send({ ...MESSAGE, model: 'claude-sonnet-5-5' })).status).toBe(429)
  expect((await send({ ...MESSAGE, model: 'claude-opus-5' })).status).toBe(200)
})

test('the journal has every attempt in order, and only the last bodies', async () => {
  const { mock, send } = mockWith({ limits: { requestsPerMinute: 1 }, journalLimit: 2 })
  for (const body of [MESSAGE, MESSAGE, {}]) await send(body)
  const seen = mock.journal.entries.map((entry) =>
    entry.state === 'ended' ? [entry.n, entry.attempt, entry.status, entry.reason] : [],
  )
  expect(seen).toEqual([
    [1, 1, 200, undefined],
    [2, 2, 429, 'rate-limit:requests'],
    [3, 1, 400, 'check:invalid_request_error'],
  ])
  expect(mock.journal.requests).toEqual([
    { n: 2, body: JSON.stringify(MESSAGE) },
    { n: 3, body: '{}' },
  ])
})

test('a client that goes away frees its place and is written down as aborted', async () => {
  const { clock, mock, send } = mockWith({ limits: { concurrentRequests: 1 } })
  const controller = new AbortController()
  const init = { ...post(MESSAGE), signal: controller.signal }
  const call = mock.fetch('https://api.anthropic.com/v1/messages', init).catch((reason: unknown) => reason)
  await clock.advance(0)
  controller.abort(new Error('gone'))
  expect(await call).toMatchObject({ message: 'gone' })
  expect(mock.journal.entries[0]?.state).toBe('aborted')
  expect((await send()).status).toBe(200)
})

test('a client that was gone before it asked is not in the journal', async () => {
  const { mock } = mockWith()
  const init = { ...post(MESSAGE), signal: AbortSignal.abort(new Error('gone')) }
  await expect(mock.fetch('https://api.anthropic.com/v1/messages', init)).rejects.toThrow('gone')
  expect(mock.journal.entries).toHaveLength(0)
})

test('a request to another host is refused with a clear error', async () => {
  const { mock } = mockWith()
  await expect(mock.fetch('https://example.com/v1/messages')).rejects.toThrow(
    'expected a request to https://api.anthropic.com, got GET https://example.com/v1/messages',
  )
})

test('wrong options are all named at once', () => {
  const wrong = {
    clock: testClock(),
    seed: 1,
    latency: { ...FAST, sigma: -1 },
    limits: { perMinute: 3 },
    surprise: 1,
  }
  expect(() => createClaudeMock(wrong as unknown as ClaudeMockOptions)).toThrow(
    /surprise[\s\S]*sigma[\s\S]*|sigma[\s\S]*surprise/,
  )
})

test('a content handler of the caller is used', async () => {
  const { send } = mockWith({
    content: ({ system }) => ({
      content: [{ type: 'text', text: `system: ${system}` }],
      stopReason: 'end_turn',
    }),
  })
  const message = await (await send({ ...MESSAGE, system: [{ type: 'text', text: 'Be brief' }] })).json()
  expect(message.content[0].text).toBe('system: Be brief')
})
