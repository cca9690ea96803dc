import type { MessageParam, Tool } from '@anthropic-ai/sdk/resources/messages'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { type ContentAnswer, ContentError, UnsupportedSchemaError } from './index.ts'
import { asking, clientOf, DOCUMENT, post } from './test-support.ts'

const WEATHER: Tool = {
  name: 'get_weather',
  description: 'The weather at a place',
  strict: true,
  input_schema: {
    type: 'object',
    properties: {
      place: { type: 'string', minLength: 3 },
      unit: { enum: ['celsius', 'fahrenheit'] },
      days: { type: 'array', items: { $ref: '#/$defs/day' }, minItems: 2, maxItems: 2 },
    },
    required: ['place', 'unit', 'days'],
    additionalProperties: false,
    $defs: { day: { type: 'integer', minimum: 1, maximum: 7 } },
  },
}
const TRAIN: Tool = {
  name: 'book_train',
  description: 'Books a seat on a train',
  input_schema: {
    type: 'object',
    properties: { seats: { type: 'integer', minimum: 1 } },
    required: ['seats'],
  },
}
const ASK = { ...asking('Which weather comes to Ghent?'), tools: [TRAIN, WEATHER] }

test('a tool is called whose description fits the prompt, with an input that its schema takes', async () => {
  const { clock, client } = clientOf()
  const message = await clock.run(client.messages.create(ASK))
  expect(message.stop_reason).toBe('tool_use')
  const use = message.content.find((block) => block.type === 'tool_use')
  expect(use).toMatchObject({ name: 'get_weather', id: expect.stringMatching(/^toolu_01/) })
  const valid = new Ajv2020({ strict: false }).compile(WEATHER.input_schema)
  expect([valid(use?.input), valid.errors]).toEqual([true, null])
})

test('the result of a tool is answered with text', async () => {
  const { clock, client } = clientOf()
  const first = await clock.run(client.messages.create(ASK))
  const results = first.content
    .filter((block) => block.type === 'tool_use')
    .map((block) => ({ type: 'tool_result' as const, tool_use_id: block.id, content: 'Rain' }))
  const messages: MessageParam[] = [
    ...ASK.messages,
    { role: 'assistant', content: first.content },
    { role: 'user', content: results },
  ]
  const last = await clock.run(client.messages.create({ ...ASK, messages }))
  expect(last.stop_reason).toBe('end_turn')
  expect(last.content.map((block) => block.type)).toEqual(['text'])
})

test('a call that is streamed is the call that is not', async () => {
  const { clock, client } = clientOf()
  const whole = await clock.run(client.messages.create(ASK))
  const streamed = await clock.run(client.messages.stream(ASK).finalMessage())
  expect(streamed.content).toEqual(whole.content.map((block) => expect.objectContaining(block)))
  expect(streamed.stop_reason).toBe('tool_use')
})

test.each([
  ['none', { type: 'none' as const }, ['text']],
  ['any', { type: 'any' as const }, ['get_weather']],
  ['a tool by name', { type: 'tool' as const, name: 'book_train' }, ['book_train']],
  ['auto', { type: 'auto' as const }, ['text', 'get_weather']],
])('tool_choice %s is kept to', async (_, tool_choice, expected) => {
  const { clock, client } = clientOf()
  const message = await clock.run(client.messages.create({ ...ASK, tool_choice }))
  expect(message.content.map((block) => (block.type === 'tool_use' ? block.name : block.type))).toEqual(
    expected,
  )
})

test('max_tokens within the input of a tool leaves the part that is complete, streamed or not', async () => {
  const call = { ...ASK, tool_choice: { type: 'tool' as const, name: 'get_weather' } }
  const { clock, client } = clientOf()
  const { usage } = await clock.run(client.messages.create(call))
  const cut = { ...call, max_tokens: usage.output_tokens - 3 }
  const whole = await clock.run(client.messages.create(cut))
  expect(whole).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: cut.max_tokens } })
  expect(whole.content[0]).toMatchObject({ type: 'tool_use', input: { place: expect.any(String) } })
  expect(whole.content[0]).not.toHaveProperty('input.days.1')
  const streamed = await clock.run(client.messages.stream(cut).finalMessage())
  expect(streamed.stop_reason).toBe('max_tokens')
})

test('a strict tool whose schema cannot be fulfilled is a 400 that names the place', async () => {
  const { clock, client } = clientOf()
  const impossible: Tool = { name: 'x', strict: true, input_schema: { type: 'object', not: {} } }
  const call = client.messages.create({ ...ASK, tools: [impossible] })
  const error = await clock.run(call.catch((thrown: unknown) => thrown))
  expect(error).toMatchObject({
    status: 400,
    apiMessage: 'tools.0.custom.input_schema: no instance found that fits all keywords',
  })
})

test.each([
  ['that nothing fits', { not: {} }, {}],
  [
    'that recurs without an end',
    { required: ['a'], properties: { a: { $ref: '#' } } },
    { a: expect.anything() },
  ],
  [
    'with one part that nothing fits',
    { required: ['a', 'b'], properties: { a: { type: 'integer' }, b: { type: 'string', not: {} } } },
    { a: expect.any(Number), b: expect.any(String) },
  ],
  [
    'that asks for a million values',
    { required: ['a'], properties: { a: { type: 'array', items: {}, minItems: 1e6 } } },
    { a: [] },
  ],
])('a tool that is not strict may have a schema %s', async (_, keywords, input) => {
  const { clock, client } = clientOf()
  const tool: Tool = { name: 'x', input_schema: { type: 'object', ...keywords } }
  const tool_choice = { type: 'tool' as const, name: 'x' }
  const message = await clock.run(client.messages.create({ ...ASK, tools: [tool], tool_choice }))
  expect(message.content).toMatchObject([{ type: 'tool_use', input }])
})

test('a content handler may call tools of its own', async () => {
  const { clock, client } = clientOf({
    content: ({ tools }): ContentAnswer => ({
      content: tools.map(({ name }) => ({
        type: 'tool_use',
        name,
        input: { seats: 2 },
        id: `toolu_${name}`,
      })),
      stopReason: 'tool_use',
    }),
  })
  const message = await clock.run(client.messages.create(ASK))
  expect(message.content).toMatchObject([
    { id: 'toolu_book_train', input: { seats: 2 } },
    { id: 'toolu_get_weather' },
  ])
})

test.each([
  ['an error of the API', new ContentError({ type: 'billing_error', message: 'Pay' }), 402, 'Pay'],
  ['a schema', new UnsupportedSchemaError('no'), 400, 'output_config.format.schema: no'],
  ['anything else', new Error('a bug'), 500, 'The content handler threw: a bug'],
])('a content handler that throws %s has an error answer', async (_, thrown, status, message) => {
  const { clock, mock } = clientOf({
    content() {
      throw thrown
    },
  })
  const response = await clock.run(
    mock.fetch('https://api.anthropic.com/v1/messages', post(asking(DOCUMENT))),
  )
  expect([response.status, (await response.json()).error.message]).toEqual([status, message])
})

test('tool calls do not depend on the order or the attempt', async () => {
  const bodies = ['Ghent', 'Bruges'].map((town) => ({ ...ASK, ...asking(`Which weather comes to ${town}?`) }))
  const contents = async (order: readonly number[]) => {
    const { clock, client } = clientOf()
    const found: Record<number, unknown> = {}
    for (const index of order) {
      found[index] = (await clock.run(client.messages.create(bodies[index] ?? ASK))).content
    }
    return found
  }
  const first = await contents([0, 1])
  expect(await contents([1, 1, 0])).toEqual(first)
  expect(first[0]).not.toEqual(first[1])
})
