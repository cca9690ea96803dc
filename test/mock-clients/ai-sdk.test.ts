import { createAnthropic } from '@ai-sdk/anthropic'
import { generateText, Output, stepCountIs, streamText, tool } from 'ai'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { MODEL, type MockProcess, PROMPT, REFUSED_ONCE, startMockProcess } from './mock-process.ts'

let mock: MockProcess
let model: ReturnType<ReturnType<typeof createAnthropic>>
beforeAll(async () => {
  mock = await startMockProcess()
  model = createAnthropic({ apiKey: 'test', baseURL: `${mock.url}/v1` })(MODEL)
})
beforeEach(() => mock.setFaults([]))
afterAll(() => mock.stop())

const cards = z.object({
  cards: z.array(z.object({ title: z.string(), kind: z.enum(['need', 'problem']) })).min(1),
})
const bookDelivery = () => {
  const calls: unknown[] = []
  const book_delivery = tool({
    description: 'Books a delivery at the gate.',
    inputSchema: z.strictObject({ supplier: z.string(), pallets: z.int().min(1).max(9) }),
    execute: (input) => {
      calls.push(input)
      return 'Booked.'
    },
  })
  return { calls, tools: { book_delivery } }
}

test('ai gets a text', async () => {
  const { text, usage } = await generateText({ model, prompt: PROMPT })
  expect(text).toMatch(/\w{3}/)
  expect(usage.outputTokens).toBeGreaterThan(0)
})

test('ai gets structured output', async () => {
  const { output } = await generateText({ model, prompt: PROMPT, output: Output.object({ schema: cards }) })
  expect(output.cards.length).toBeGreaterThan(0)
})

test('ai calls a tool with arguments that fit its schema, then goes on', async () => {
  const { calls, tools } = bookDelivery()
  const { steps } = await generateText({
    model,
    prompt: PROMPT,
    tools,
    toolChoice: 'required',
    stopWhen: stepCountIs(2),
  })
  expect(calls.length).toBeGreaterThan(0)
  expect(steps).toHaveLength(2)
})

test('ai tries again after a 429', async () => {
  await mock.setFaults(REFUSED_ONCE)
  await generateText({ model, prompt: PROMPT })
  expect(await mock.statuses()).toEqual([429, 200])
})

test('ai streams a text', async () => {
  const result = streamText({ model, prompt: PROMPT })
  const deltas: string[] = []
  for await (const delta of result.textStream) deltas.push(delta)
  expect(deltas.length).toBeGreaterThan(1)
  expect(await result.finishReason).toBe('stop')
})

test('ai streams structured output', async () => {
  const result = streamText({ model, prompt: PROMPT, output: Output.object({ schema: cards }) })
  expect((await result.output).cards.length).toBeGreaterThan(0)
})

test('ai streams a tool call', async () => {
  const { calls, tools } = bookDelivery()
  const result = streamText({ model, prompt: PROMPT, tools, toolChoice: 'required' })
  expect(await result.finishReason).toBe('tool-calls')
  expect(calls.length).toBeGreaterThan(0)
})
