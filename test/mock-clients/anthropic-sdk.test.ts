import Anthropic from '@anthropic-ai/sdk'
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { MODEL, type MockProcess, PROMPT, REFUSED_ONCE, startMockProcess } from './mock-process.ts'

let mock: MockProcess
let client: Anthropic
beforeAll(async () => {
  mock = await startMockProcess()
  client = new Anthropic({ apiKey: 'test', baseURL: mock.url })
})
beforeEach(() => mock.setFaults([]))
afterAll(() => mock.stop())

const messages = [{ role: 'user' as const, content: PROMPT }]
const output = z.object({
  cards: z.array(z.object({ title: z.string(), kind: z.enum(['need', 'problem']) })).length(3),
})
const tools = [
  {
    name: 'book_delivery',
    description: 'Books a delivery at the gate.',
    input_schema: {
      type: 'object' as const,
      properties: { supplier: { type: 'string' }, pallets: { type: 'integer', minimum: 1, maximum: 9 } },
      required: ['supplier', 'pallets'],
      additionalProperties: false,
    },
  },
]
const toolInput = z.strictObject({ supplier: z.string(), pallets: z.int().min(1).max(9) })

test('@anthropic-ai/sdk gets a text', async () => {
  const message = await client.messages.create({ model: MODEL, max_tokens: 2_000, messages })
  expect(message.content).toMatchObject([{ type: 'text', text: expect.stringMatching(/\w{3}/) }])
})

test('@anthropic-ai/sdk parses structured output', async () => {
  const message = await client.messages.parse({
    model: MODEL,
    max_tokens: 4_000,
    messages,
    output_config: { format: zodOutputFormat(output) },
  })
  expect(message.parsed_output?.cards).toHaveLength(3)
})

test('@anthropic-ai/sdk gets a tool call, and an answer to its result', async () => {
  const asked = await client.messages.create({
    model: MODEL,
    max_tokens: 2_000,
    messages,
    tools,
    tool_choice: { type: 'any' },
  })
  expect(asked.stop_reason).toBe('tool_use')
  const call = asked.content.find((block) => block.type === 'tool_use')
  if (call === undefined) throw new Error('Expected a tool_use block.')
  expect(toolInput.safeParse(call.input).error).toBeUndefined()
  const answered = await client.messages.create({
    model: MODEL,
    max_tokens: 2_000,
    messages: [
      ...messages,
      { role: 'assistant', content: asked.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'Booked.' }] },
    ],
    tools,
    tool_choice: { type: 'none' },
  })
  expect(answered.stop_reason).toBe('end_turn')
})

test('@anthropic-ai/sdk tries again after a 429', async () => {
  await mock.setFaults(REFUSED_ONCE)
  await client.messages.create({ model: MODEL, max_tokens: 2_000, messages })
  expect(await mock.statuses()).toEqual([429, 200])
})

test('@anthropic-ai/sdk streams the message that it gets without a stream', async () => {
  const request = { model: MODEL, max_tokens: 2_000, messages }
  const stream = client.messages.stream(request)
  let deltas = ''
  stream.on('text', (delta) => {
    deltas += delta
  })
  const streamed = await stream.finalMessage()
  const whole = await client.messages.create(request)
  expect(streamed.content).toMatchObject([{ type: 'text', text: deltas }])
  expect(whole.content).toMatchObject([{ type: 'text', text: deltas }])
  expect(streamed.usage.output_tokens).toBe(whole.usage.output_tokens)
})

test('@anthropic-ai/sdk streams a tool call', async () => {
  const message = await client.messages
    .stream({ model: MODEL, max_tokens: 2_000, messages, tools, tool_choice: { type: 'any' } })
    .finalMessage()
  const call = message.content.find((block) => block.type === 'tool_use')
  expect(toolInput.safeParse(call?.input).error).toBeUndefined()
})

test('@anthropic-ai/sdk gives the error class of a status, with its request id', async () => {
  const failed = client.messages.create({ model: 'claude-unknown', max_tokens: 9, messages })
  await expect(failed).rejects.toMatchObject({ status: 404, requestID: expect.stringMatching(/^req_01/) })
})

test('@anthropic-ai/sdk counts tokens', async () => {
  const { input_tokens } = await client.messages.countTokens({ model: MODEL, messages })
  expect(input_tokens).toBeGreaterThan(10)
})

test('@anthropic-ai/sdk lists the models', async () => {
  const ids: string[] = []
  for await (const model of client.models.list()) ids.push(model.id)
  expect(ids).toContain(MODEL)
})
