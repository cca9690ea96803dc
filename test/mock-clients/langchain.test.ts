import { ChatAnthropic } from '@langchain/anthropic'
import { HumanMessage, type ToolMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { MODEL, type MockProcess, PROMPT, REFUSED_ONCE, startMockProcess } from './mock-process.ts'

let mock: MockProcess
let chat: ChatAnthropic
beforeAll(async () => {
  mock = await startMockProcess()
  chat = new ChatAnthropic({ model: MODEL, apiKey: 'test', anthropicApiUrl: mock.url, maxTokens: 2_000 })
})
beforeEach(() => mock.setFaults([]))
afterAll(() => mock.stop())

const cards = z.object({
  cards: z.array(z.object({ title: z.string(), kind: z.enum(['need', 'problem']) })).min(1),
})
const bookDelivery = tool(({ supplier }) => `Booked for ${supplier}.`, {
  name: 'book_delivery',
  description: 'Books a delivery at the gate.',
  schema: z.object({ supplier: z.string(), pallets: z.number().int().min(1).max(9) }),
})

test('@langchain/anthropic gets a text', async () => {
  const message = await chat.invoke(PROMPT)
  expect(message.text).toMatch(/\w{3}/)
  expect(message.response_metadata).toMatchObject({ usage: { output_tokens: expect.any(Number) } })
})

test.each(['functionCalling', 'jsonSchema'] as const)(
  '@langchain/anthropic gets structured output by %s',
  async (method) => {
    const output = await chat.withStructuredOutput(cards, { name: 'cards', method }).invoke(PROMPT)
    expect(output.cards.length).toBeGreaterThan(0)
  },
)

test('@langchain/anthropic calls a tool, and gets an answer to its result', async () => {
  const asked = await chat.bindTools([bookDelivery], { tool_choice: 'any' }).invoke(PROMPT)
  const call = asked.tool_calls?.[0]
  if (call === undefined) throw new Error('Expected a tool call.')
  const result = (await bookDelivery.invoke({ ...call, type: 'tool_call' })) as ToolMessage
  const answered = await chat
    .bindTools([bookDelivery], { tool_choice: 'none' })
    .invoke([new HumanMessage(PROMPT), asked, result])
  expect(answered.text).toMatch(/\w{3}/)
})

test('@langchain/anthropic tries again after a 429', async () => {
  await mock.setFaults(REFUSED_ONCE)
  await chat.invoke(PROMPT)
  expect(await mock.statuses()).toEqual([429, 200])
})

test('@langchain/anthropic streams a text', async () => {
  const chunks: string[] = []
  for await (const chunk of await chat.stream(PROMPT)) chunks.push(chunk.text)
  expect(chunks.filter((chunk) => chunk !== '').length).toBeGreaterThan(1)
  expect(chunks.join('')).toMatch(/\w{3}/)
})

test('@langchain/anthropic streams a tool call', async () => {
  let whole: Awaited<ReturnType<typeof chat.invoke>> | undefined
  for await (const chunk of await chat.bindTools([bookDelivery], { tool_choice: 'any' }).stream(PROMPT)) {
    whole = whole === undefined ? chunk : whole.concat(chunk)
  }
  expect(whole?.tool_calls?.[0]).toMatchObject({
    name: 'book_delivery',
    args: { pallets: expect.any(Number) },
  })
})
