import Anthropic, { type APIError, GatewayTimeoutError, OverloadedError } from '@anthropic-ai/sdk'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type Fault, faultsSchema } from '../index.ts'
import { asking, clientOf, DOCUMENT, post } from '../test-support.ts'

const URL_OF_MESSAGES = 'https://api.anthropic.com/v1/messages'
const LATENCY = { firstTokenMs: 500, perThousandInputTokensMs: 0, tokensPerSecond: 50, sigma: 0 }

/** No time passes from the first token to the last. */
const AT_ONCE = { firstTokenMs: 0, perThousandInputTokensMs: 0, tokensPerSecond: 1e9, sigma: 0 }

/** What the SDK makes of a call under a fault. */
async function called(fault: Fault, body: Partial<Anthropic.MessageCreateParamsNonStreaming> = {}) {
  const { clock, mock, client } = clientOf({ faults: [fault] })
  const call = client.messages.create({ ...asking(DOCUMENT), ...body })
  const outcome = await clock.run(call.catch((thrown: unknown) => thrown))
  return { outcome, entry: mock.journal.entries[0], clock }
}

async function streamed(fault: Fault) {
  const { clock, mock, client } = clientOf({ faults: [fault], latency: LATENCY })
  const stream = client.messages.stream(asking(DOCUMENT))
  const texts: string[] = []
  stream.on('text', (text) => texts.push(text))
  const outcome = await clock.run(stream.finalMessage().catch((thrown: unknown) => thrown))
  return { outcome, text: texts.join(''), entry: mock.journal.entries[0], clock }
}

const send = async (faults: readonly Fault[], requests: readonly Record<string, unknown>[]) => {
  const { clock, mock } = clientOf({ faults })
  const statuses: number[] = []
  for (const { key, header, ...body } of requests) {
    const headers: Record<string, string> = {
      ...(key ? { 'x-api-key': String(key) } : {}),
      ...(header ? { 'x-phase': String(header) } : {}),
    }
    const request = post({ ...asking(DOCUMENT), ...body }, headers)
    statuses.push((await clock.run(mock.fetch(URL_OF_MESSAGES, request))).status)
  }
  return statuses
}

test.each([
  [429, Anthropic.RateLimitError, 'rate_limit_error'],
  [500, Anthropic.InternalServerError, 'api_error'],
  [504, GatewayTimeoutError, 'timeout_error'],
  [529, OverloadedError, 'overloaded_error'],
] as const)('status %i is the error of its class', async (status, errorClass, type) => {
  const { outcome, entry } = await called({ kind: 'status', status })
  expect(outcome).toBeInstanceOf(errorClass)
  expect(outcome).toMatchObject({ status, type, requestID: expect.stringMatching(/^req_01/) })
  expect(entry).toMatchObject({ state: 'ended', status, reason: `fault:${status}`, outputTokens: 0 })
})

test('502 is a page of HTML, as from a proxy', async () => {
  const { outcome } = await called({ status: 502 })
  expect(outcome).toBeInstanceOf(Anthropic.InternalServerError)
  expect(outcome).toMatchObject({ status: 502, type: null })
  expect((outcome as Error).message).toContain('<h1>502 Bad Gateway</h1>')
})

test('a 429 carries retry-after and an error code when told to, and neither else', async () => {
  const told = (await called({ status: 429, retryAfterSeconds: 7, errorCode: 'ramp_limit_exceeded' })).outcome
  expect(told).toMatchObject({ errorCode: 'ramp_limit_exceeded' })
  expect((told as APIError).headers?.get('retry-after')).toBe('7')
  const untold = (await called({ status: 429 })).outcome
  expect(untold).toMatchObject({ errorCode: null })
  expect((untold as APIError).headers?.get('retry-after')).toBeNull()
})

test('an error in a stream comes after a 200 and after some text', async () => {
  const { outcome, text, entry } = await streamed({ kind: 'stream-error' })
  expect(outcome).toBeInstanceOf(Anthropic.APIError)
  expect(outcome).toMatchObject({ status: undefined, type: 'overloaded_error' })
  expect(text.length).toBeGreaterThan(50)
  expect(entry).toMatchObject({ status: 200, reason: 'fault:stream-error' })
})

test('an error in a stream is the status of the error where nothing is streamed', async () => {
  const { outcome } = await called({ kind: 'stream-error', errorType: 'api_error' })
  expect(outcome).toMatchObject({ status: 500, type: 'api_error' })
})

test('where all comes at once an error in a stream still comes in the middle of it', async () => {
  const { clock, mock } = clientOf({ faults: [{ kind: 'stream-error' }], latency: AT_ONCE })
  const call = mock.fetch(URL_OF_MESSAGES, post({ ...asking(DOCUMENT), stream: true }))
  const text = await (await clock.run(call)).text()
  expect(text).toMatch(/event: content_block_delta[\s\S]*event: error/)
  expect(text).not.toContain('message_stop')
})

test('an error in a stream comes before its end, also after all of its body', async () => {
  const faults: Fault[] = [{ kind: 'stream-error', afterFraction: 1 }]
  const { clock, mock } = clientOf({ faults, latency: AT_ONCE })
  const call = mock.fetch(URL_OF_MESSAGES, post({ ...asking(DOCUMENT), stream: true }))
  expect(await (await clock.run(call)).text()).not.toContain('event: message_stop')
})

test('where all comes at once a malformed event is one in the middle', async () => {
  const { clock, mock } = clientOf({ faults: [{ kind: 'malformed-json' }], latency: AT_ONCE })
  const call = mock.fetch(URL_OF_MESSAGES, post({ ...asking(DOCUMENT), stream: true }))
  const text = await (await clock.run(call)).text()
  expect(text).toContain('data: {"type":"message_start"')
  expect(text).toContain('data: {type":"content_block_delta"')
})

test('an injected 429 has the headers of the limits, as a real one', async () => {
  const { clock, mock } = clientOf({ faults: [{ status: 429 }], limits: { requestsPerMinute: 60 } })
  const { headers } = await clock.run(mock.fetch(URL_OF_MESSAGES, post(asking('Hi'))))
  expect(headers.get('anthropic-ratelimit-requests-remaining')).toBe('60')
})

test('a retry of an injected spend cap is in vain', async () => {
  const faults: Fault[] = [{ status: 429, errorCode: 'enforced_spend_limit_reached' }]
  const { clock, mock } = clientOf({ faults })
  for (let n = 0; n < 2; n += 1) await clock.run(mock.fetch(URL_OF_MESSAGES, post(asking('Hi'))))
  expect(mock.journal.verdict().retriedInVain.count).toBe(1)
})

test('a body that is cut off is no JSON to the SDK', async () => {
  const { outcome, entry } = await called({ kind: 'truncated' })
  expect(outcome).toBeInstanceOf(SyntaxError)
  expect(entry).toMatchObject({ status: 200, reason: 'fault:truncated' })
})

test('a body whose connection breaks is an error of the connection', async () => {
  const { outcome } = await called({ kind: 'truncated', ending: 'reset' })
  expect(outcome).toBeInstanceOf(TypeError)
  expect(outcome).toMatchObject({ message: 'terminated', cause: { code: 'ECONNRESET' } })
})

test('a stream that is cut off has some text and no end', async () => {
  const { outcome, text, entry } = await streamed({ kind: 'truncated', afterFraction: 0.4 })
  expect(outcome).toBeInstanceOf(Error)
  expect(text.length).toBeGreaterThan(50)
  expect(entry).toMatchObject({ status: 200, reason: 'fault:truncated' })
})

test('a stream whose connection breaks fails', async () => {
  const { outcome } = await streamed({ kind: 'truncated', ending: 'reset' })
  expect((outcome as Error).message).toContain('terminated')
})

test('a body may be malformed', async () => {
  expect((await called({ kind: 'malformed-json' })).outcome).toBeInstanceOf(SyntaxError)
})

test('an event of a stream may be malformed', async () => {
  const { outcome, text } = await streamed({ kind: 'malformed-json' })
  expect((outcome as Error).message).toMatch(/JSON/)
  expect(text.length).toBeGreaterThan(50)
})

test('a slow body is whole, and later', async () => {
  const { outcome, clock } = await called({ kind: 'slow-body', overMs: 9_000 })
  const plain = await called({ kind: 'slow-body', overMs: 9_000, nthRequest: 99 })
  expect(outcome).toMatchObject({ content: (plain.outcome as Anthropic.Message).content })
  expect(clock.now() - plain.clock.now()).toBeCloseTo(9_000, 0)
  expect(clock.sleeps.length).toBeGreaterThan(5)
})

test('a slow stream is whole, and later', async () => {
  const slow = await streamed({ kind: 'slow-body', overMs: 9_000 })
  const plain = await streamed({ kind: 'slow-body', overMs: 9_000, nthRequest: 99 })
  expect(slow.text).toBe(plain.text)
  expect(slow.clock.now() - plain.clock.now()).toBeCloseTo(9_000, 0)
})

test.each(['start', 'body'] as const)('a stall at the %s for a time is over after it', async (at) => {
  const stalled = await called({ kind: 'stall', at, forMs: 30_000 })
  const plain = await called({ kind: 'stall', nthRequest: 99 })
  expect(stalled.outcome).toMatchObject({ content: (plain.outcome as Anthropic.Message).content })
  expect(stalled.clock.now() - plain.clock.now()).toBeCloseTo(30_000, 0)
})

test.each([false, true])('a stall ends when the client goes away (streamed: %s)', async (stream) => {
  const at = stream ? 'body' : 'start'
  const { clock, mock } = clientOf({ faults: [{ kind: 'stall', at }] })
  const controller = new AbortController()
  const init = { ...post({ ...asking(DOCUMENT), stream }), signal: controller.signal }
  const call = mock.fetch(URL_OF_MESSAGES, init).then((response) => response.text())
  const outcome = call.catch((reason: unknown) => reason)
  await clock.advance(3_600_000)
  expect(mock.journal.entries[0]?.state).toBe('pending')
  controller.abort(new Error('gone'))
  expect(await outcome).toMatchObject({ message: 'gone' })
  expect(mock.journal.entries[0]).toMatchObject({ state: 'aborted', endMs: clock.now() })
})

test('a stall that nobody breaks off ends after a day with the connection', async () => {
  const { outcome, entry } = await called({ kind: 'stall' })
  expect(outcome).toBeInstanceOf(Anthropic.APIConnectionError)
  expect(entry).toMatchObject({ status: 0, reason: 'fault:stall' })
})

test('content may violate the schema of the request', async () => {
  const output = z.object({ title: z.string(), points: z.array(z.string()) })
  const schema = z.toJSONSchema(output)
  const output_config = { format: { type: 'json_schema' as const, schema } }
  const read = async (fault: Fault) => {
    const message = (await called(fault, { output_config })).outcome as Anthropic.Message
    const [block] = message.content
    return output.safeParse(JSON.parse(block?.type === 'text' ? block.text : '')).success
  }
  expect(await read({ kind: 'schema-violation' })).toBe(false)
  expect(await read({ kind: 'schema-violation', nthRequest: 2 })).toBe(true)
})

test('the input of a tool may violate its schema', async () => {
  const tools = [
    {
      name: 'add',
      input_schema: { type: 'object' as const, properties: { n: { type: 'integer' } }, required: ['n'] },
    },
  ]
  const tool_choice = { type: 'any' as const }
  const { outcome } = await called({ kind: 'schema-violation' }, { tools, tool_choice })
  expect(outcome).toMatchObject({ content: [{ type: 'tool_use', input: { n: expect.any(String) } }] })
})

test('a violation waits for a request that has a schema', async () => {
  const { entry } = await called({ kind: 'schema-violation', nthRequest: 1 })
  expect(entry).toMatchObject({ reason: undefined })
})

test('the model may refuse', async () => {
  const { outcome, entry } = await called({ kind: 'refusal' })
  expect(outcome).toMatchObject({ stop_reason: 'refusal', stop_details: { type: 'refusal' } })
  expect(entry).toMatchObject({ status: 200, reason: 'fault:refusal' })
})

test.each([
  [undefined, 0.5],
  [12, undefined],
])('an answer may be cut as by max_tokens (tokens: %s)', async (tokens, share) => {
  const whole = (await called({ kind: 'refusal', nthRequest: 2 })).outcome as Anthropic.Message
  const fault: Fault = tokens === undefined ? { kind: 'max-tokens' } : { kind: 'max-tokens', tokens }
  const { outcome } = await called(fault)
  const expected = tokens ?? Math.floor(whole.usage.output_tokens * (share ?? 1))
  expect(outcome).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: expected } })
})

test.each([
  ['connection-refused', 'ECONNREFUSED'],
  ['connection-reset', 'ECONNRESET'],
] as const)('%s is a connection error to the SDK', async (kind, code) => {
  const { outcome, entry } = await called({ kind })
  expect(outcome).toBeInstanceOf(Anthropic.APIConnectionError)
  expect(outcome).toMatchObject({ cause: { message: 'fetch failed', cause: { code } } })
  expect(entry).toMatchObject({ state: 'ended', status: 0, reason: `fault:${kind}` })
})

test('a fault is due within its window of time', async () => {
  const { clock, mock } = clientOf({ faults: [{ status: 500, fromMs: 1_000, untilMs: 2_000 }], rejectMs: 0 })
  const statuses: number[] = []
  for (const atMs of [0, 999, 1_000, 1_998, 2_000]) {
    await clock.advance(Math.max(0, Date.UTC(2026, 10, 24) + atMs - clock.now()))
    const call = mock.fetch(URL_OF_MESSAGES, post({ ...asking('Hi'), max_tokens: 1 }))
    statuses.push((await clock.run(call)).status)
  }
  expect(statuses).toEqual([200, 200, 500, 500, 200])
})

test('a fault is due for every nth request', async () => {
  expect(await send([{ status: 500, everyNthRequest: 3 }], [{}, {}, {}, {}, {}, {}])).toEqual([
    200, 200, 500, 200, 200, 500,
  ])
})

test('a fault is due for one key, one model, one header, one prompt', async () => {
  const requests = [
    {},
    { key: 'other' },
    { model: 'claude-opus-5' },
    { header: 'cards' },
    asking('Write stories'),
  ]
  expect(await send([{ status: 500, apiKey: 'other' }], requests)).toEqual([200, 500, 200, 200, 200])
  expect(await send([{ status: 500, model: 'claude-opus-5' }], requests)).toEqual([200, 200, 500, 200, 200])
  expect(await send([{ status: 500, header: { name: 'x-phase' } }], requests)).toEqual([
    200, 200, 200, 500, 200,
  ])
  expect(await send([{ status: 500, header: { name: 'x-phase', value: 'no' } }], requests)).not.toContain(500)
  expect(await send([{ status: 500, promptIncludes: 'stories' }], requests)).toEqual([
    200, 200, 200, 200, 500,
  ])
})

test('a fault is due for one endpoint', async () => {
  const { clock, client } = clientOf({ faults: [{ endpoint: 'models', status: 529 }] })
  const statusOf = (call: Promise<unknown>) =>
    clock.run(
      call.then(
        () => 200,
        (error: APIError) => error.status,
      ),
    )
  const { max_tokens: _, ...count } = asking('Hi')
  expect(await statusOf(client.models.list())).toBe(529)
  expect(await statusOf(client.messages.countTokens(count))).toBe(200)
  expect(await statusOf(client.messages.create(asking('Hi')))).toBe(200)
})

test('an nth request is counted among those that fit', async () => {
  const faults: Fault[] = [{ status: 500, promptIncludes: 'stories', nthRequest: 2 }]
  const [stories, other] = [asking('Write stories'), asking('Read cards')]
  expect(await send(faults, [other, stories, other, stories, stories])).toEqual([200, 200, 200, 500, 200])
})

test('the first fault in the list that is due comes', async () => {
  const faults: Fault[] = [
    { status: 529, nthRequest: 2 },
    { status: 500, nthRequest: 2 },
    { status: 504, nthRequest: 1 },
  ]
  expect(await send(faults, [{}, {}, {}])).toEqual([504, 529, 200])
})

test('by probability the same requests suffer in any order', async () => {
  const bodies = Array.from({ length: 60 }, (_, index) =>
    asking(`Describe module ${index} of the warehouse.`),
  )
  const faults: Fault[] = [{ status: 500, probability: 0.3 }]
  const forward = await send(faults, bodies)
  const backward = await send(faults, bodies.toReversed())
  expect(backward.toReversed()).toEqual(forward)
  const share = forward.filter((status) => status === 500).length / forward.length
  expect(share).toBeGreaterThan(0.15)
  expect(share).toBeLessThan(0.45)
})

test('faults can be replaced while the mock runs', async () => {
  const { clock, mock } = clientOf()
  const status = async () => (await clock.run(mock.fetch(URL_OF_MESSAGES, post(asking('Hi'))))).status
  expect(await status()).toBe(200)
  mock.faults.replace([{ status: 529, nthRequest: 1 }])
  expect([await status(), await status()]).toEqual([529, 200])
  expect(mock.faults.faults).toHaveLength(1)
})

test('a list of faults is checked as a whole', () => {
  const list = [
    { status: 418 },
    { kind: 'slow-body' },
    { kind: 'refusal', nthRequest: 0 },
    { kind: 'nothing' },
    { status: 500, header: { name: 'bad name' } },
    { status: 500, fromMs: 5, untilMs: 4 },
  ]
  const problems = faultsSchema.safeParse(list).error?.issues.map(({ path }) => path.join('.'))
  expect(problems).toEqual(['0.status', '1.overMs', '2.nthRequest', '3.kind', '4.header.name', '5.untilMs'])
  const right = [
    { status: 429, nthRequest: 2 },
    { kind: 'stall', forMs: 5, probability: 0.5, apiKey: 'a' },
  ]
  expect(faultsSchema.parse(JSON.parse(JSON.stringify(right)))).toEqual(right)
})
