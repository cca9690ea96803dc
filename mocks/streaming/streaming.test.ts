import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod'
import type { RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { asking, clientOf, DOCUMENT, post } from '../test-support.ts'

const LATENCY = { firstTokenMs: 500, perThousandInputTokensMs: 0, tokensPerSecond: 50, sigma: 0 }
const URL_OF_MESSAGES = 'https://api.anthropic.com/v1/messages'

async function eventsOf(stream: AsyncIterable<RawMessageStreamEvent>) {
  const events: RawMessageStreamEvent[] = []
  for await (const event of stream) events.push(event)
  return events
}

test('messages.stream gives the message that create gives', async () => {
  const { clock, client } = clientOf()
  const whole = await clock.run(client.messages.create(asking(DOCUMENT)))
  const { clock: other, client: streaming } = clientOf()
  const streamed = await other.run(streaming.messages.stream(asking(DOCUMENT)).finalMessage())
  expect(streamed).toMatchObject({ ...whole, content: whole.content.map((block) => ({ ...block })) })
})

test('whatever cuts an answer cuts it streamed as it does whole', async () => {
  const words = fc.constantFrom('warehouse', 'delivery', 'the', 'stock', 'of', 'is')
  await fc.assert(
    fc.asyncProperty(
      fc.array(words, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 400 }),
      fc.array(words, { maxLength: 2 }),
      async (prompt, max_tokens, stop_sequences) => {
        const body = { ...asking(prompt.join(' ')), max_tokens, stop_sequences }
        const { clock, client } = clientOf()
        const whole = await clock.run(client.messages.create(body))
        const streamed = await clock.run(client.messages.stream(body).finalMessage())
        const { id: _, ...same } = whole
        expect(streamed).toMatchObject(JSON.parse(JSON.stringify(same)))
        expect(whole.usage.output_tokens).toBeLessThanOrEqual(max_tokens)
      },
    ),
    { numRuns: 40, seed: 1 },
  )
})

test('structured output can be streamed', async () => {
  const { clock, client } = clientOf()
  const output = z.object({ cards: z.array(z.object({ title: z.string().max(40) })).length(3) })
  const stream = client.messages.stream({
    ...asking(DOCUMENT),
    output_config: { format: zodOutputFormat(output) },
  })
  const message = await clock.run(stream.finalMessage())
  expect(output.parse(message.parsed_output).cards).toHaveLength(3)
})

test('the beta path streams too', async () => {
  const { clock, client } = clientOf()
  const message = await clock.run(client.beta.messages.stream(asking(DOCUMENT)).finalMessage())
  expect(message.stop_reason).toBe('end_turn')
})

test('events come in the order of the API, each with its event line', async () => {
  const { clock, mock } = clientOf()
  const response = await clock.run(mock.fetch(URL_OF_MESSAGES, post({ ...asking('Hi'), stream: true })))
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(response.headers.get('request-id')).toMatch(/^req_01/)
  const blocks = (await clock.run(response.text())).split('\n\n').slice(0, -1)
  const kinds = blocks.map((block) => {
    const [event = '', data = ''] = block.split('\n')
    expect(event).toBe(`event: ${JSON.parse(data.slice('data: '.length)).type}`)
    return event.slice('event: '.length)
  })
  const shape = kinds.filter((kind, index) => kind !== kinds[index - 1])
  expect(shape).toEqual([
    'message_start',
    'content_block_start',
    'ping',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ])
})

test('message_start has no content yet, message_delta the cumulative usage and why it stopped', async () => {
  const { clock, client } = clientOf()
  const stream = await clock.run(
    client.messages.create({ ...asking(DOCUMENT), max_tokens: 30, stream: true }),
  )
  const events = await clock.run(eventsOf(stream))
  expect(events[0]).toMatchObject({
    type: 'message_start',
    message: { content: [], stop_reason: null, usage: { output_tokens: 1 } },
  })
  expect(events.at(-2)).toMatchObject({
    type: 'message_delta',
    delta: { stop_reason: 'max_tokens', stop_sequence: null },
    usage: { output_tokens: 30 },
  })
})

test('the first token comes after the time to first token, the last when a whole answer would come', async () => {
  const { clock, client } = clientOf({ latency: LATENCY })
  const began = clock.now()
  const stream = await clock.run(
    client.messages.create({ ...asking(DOCUMENT), max_tokens: 101, stream: true }),
  )
  const times: number[] = []
  const read = async () => {
    for await (const event of stream)
      if (event.type === 'content_block_delta') times.push(clock.now() - began)
  }
  await clock.run(read())
  expect(times[0]).toBeCloseTo(500, 2)
  expect(times.at(-1)).toBeCloseTo(500 + 101 * 20, 2)
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
  expect(Math.max(...gaps)).toBeLessThan(20 * 20)
  expect(times.length).toBeGreaterThan(8)
})

test('a client that aborts stops the stream, is charged for what it got, and frees its place', async () => {
  const { clock, mock, client } = clientOf({
    latency: LATENCY,
    limits: { concurrentRequests: 1, outputTokensPerMinute: 1e6 },
  })
  const stream = await clock.run(client.messages.create({ ...asking(DOCUMENT), stream: true }))
  await clock.advance(1_000)
  stream.controller.abort()
  await clock.advance(0)
  expect(mock.journal.entries[0]).toMatchObject({ state: 'aborted', endMs: clock.now() })
  const sleeps = clock.sleeps.length
  await clock.advance(60_000)
  expect(clock.sleeps).toHaveLength(sleeps)
  const again = await clock.run(mock.fetch(URL_OF_MESSAGES, post(asking('Hi'))))
  expect(again.status).toBe(200)
})

test('a body that is cancelled stops too', async () => {
  const { clock, mock } = clientOf({ latency: LATENCY })
  const response = await clock.run(mock.fetch(URL_OF_MESSAGES, post({ ...asking(DOCUMENT), stream: true })))
  await response.body?.cancel()
  await clock.advance(0)
  expect(mock.journal.entries[0]?.state).toBe('aborted')
})

test('a stream that nobody reads goes on to its end', async () => {
  const { clock, mock } = clientOf({ latency: LATENCY, limits: { concurrentRequests: 1 } })
  await clock.run(mock.fetch(URL_OF_MESSAGES, post({ ...asking(DOCUMENT), stream: true })))
  await clock.advance(600_000)
  expect(mock.journal.entries[0]).toMatchObject({ state: 'ended', status: 200 })
})

test('a stream that is rejected is an error answer as any other', async () => {
  const { clock, client } = clientOf({ faults: [{ nthRequest: 1, status: 529 }] })
  const call = client.messages.create({ ...asking('Hi'), stream: true })
  const error = await clock.run(call.catch((thrown: unknown) => thrown))
  expect(error).toMatchObject({ status: 529, type: 'overloaded_error' })
})
