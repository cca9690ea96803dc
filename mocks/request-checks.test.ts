import { expect, test } from 'vitest'
import { createClaudeMock } from './index.ts'
import { FAST, post, testClock } from './test-support.ts'

const URL_OF_MESSAGES = 'https://api.anthropic.com/v1/messages'
const OK = { model: 'claude-sonnet-5', max_tokens: 10, messages: [{ role: 'user', content: 'Hello' }] }
const { model, max_tokens, messages } = OK

async function send(init: RequestInit, url = URL_OF_MESSAGES) {
  const clock = testClock()
  const mock = createClaudeMock({
    clock,
    seed: 1,
    latency: FAST,
    limits: {},
    apiKeys: ['test', 'other', 'retired'],
    forbiddenApiKeys: ['retired'],
  })
  return clock.run(mock.fetch(url, init))
}

const ADD = { name: 'add', input_schema: { type: 'object', properties: { n: { type: 'integer' } } } }

const withContent = (role: string, content: unknown) => ({
  ...OK,
  messages: [...messages, { role, content }],
})

const bodies: readonly [string, unknown, number, string, string][] = [
  ['no JSON', 'hello', 400, 'invalid_request_error', 'The request body is not valid JSON.'],
  ['an empty object', {}, 400, 'invalid_request_error', 'model: Field required'],
  ['no model', { max_tokens, messages }, 400, 'invalid_request_error', 'model: Field required'],
  ['no messages', { model, max_tokens }, 400, 'invalid_request_error', 'messages: Field required'],
  ['no max_tokens', { model, messages }, 400, 'invalid_request_error', 'max_tokens: Field required'],
  [
    'no messages in the list',
    { ...OK, messages: [] },
    400,
    'invalid_request_error',
    'messages: at least one message is required',
  ],
  [
    'messages of a wrong type',
    { ...OK, messages: 'Hi' },
    400,
    'invalid_request_error',
    'messages: Input should be a valid list',
  ],
  [
    'max_tokens of a wrong type',
    { ...OK, max_tokens: '10' },
    400,
    'invalid_request_error',
    'max_tokens: Input should be a valid integer',
  ],
  [
    'a fraction as max_tokens',
    { ...OK, max_tokens: 1.5 },
    400,
    'invalid_request_error',
    'max_tokens: Input should be a valid integer',
  ],
  [
    'max_tokens below 1',
    { ...OK, max_tokens: 0 },
    400,
    'invalid_request_error',
    'max_tokens: Input should be greater than or equal to 1',
  ],
  [
    'an unknown role',
    withContent('robot', 'Hi'),
    400,
    'invalid_request_error',
    "messages.1.role: Input should be 'user', 'assistant' or 'system'",
  ],
  [
    'an assistant who begins',
    { ...OK, messages: [{ role: 'assistant', content: 'Hi' }] },
    400,
    'invalid_request_error',
    'messages: first message must use the "user" role',
  ],
  [
    'a message without content',
    { ...OK, messages: [{ role: 'user' }] },
    400,
    'invalid_request_error',
    'messages.0.content: Field required',
  ],
  [
    'a message of empty content',
    withContent('user', ''),
    400,
    'invalid_request_error',
    'messages.1: all messages must have non-empty content except for the optional final assistant message',
  ],
  [
    'an empty text block',
    withContent('user', [{ type: 'text', text: '' }]),
    400,
    'invalid_request_error',
    'messages: text content blocks must be non-empty',
  ],
  [
    'a text block without text',
    withContent('user', [{ type: 'text' }]),
    400,
    'invalid_request_error',
    'messages.1.content.0.text.text: Field required',
  ],
  [
    'an unknown field',
    { ...OK, response_format: {} },
    400,
    'invalid_request_error',
    'response_format: Extra inputs are not permitted',
  ],
  [
    'an output format of another type',
    { ...OK, output_config: { format: { type: 'xml', schema: {} } } },
    400,
    'invalid_request_error',
    "output_config.format.type: Input should be 'json_schema'",
  ],
  [
    'a temperature',
    { ...OK, temperature: 1 },
    400,
    'invalid_request_error',
    'temperature: Extra inputs are not permitted',
  ],
  ['a top_p', { ...OK, top_p: 1 }, 400, 'invalid_request_error', 'top_p: Extra inputs are not permitted'],
  ['a top_k', { ...OK, top_k: 1 }, 400, 'invalid_request_error', 'top_k: Extra inputs are not permitted'],
  [
    'a document of the assistant',
    withContent('assistant', [{ type: 'document', source: { type: 'file', file_id: 'file_1' } }]),
    400,
    'invalid_request_error',
    'messages.1.content.0: document blocks are not permitted in assistant messages',
  ],
  ['a model that does not exist', { ...OK, model: 'claude-1' }, 404, 'not_found_error', 'model: claude-1'],
  [
    'a schema that cannot be fulfilled',
    { ...OK, output_config: { format: { type: 'json_schema', schema: { not: {} } } } },
    400,
    'invalid_request_error',
    'output_config.format.schema: no instance found that fits all keywords',
  ],
  [
    'a stream that is no boolean',
    { ...OK, stream: 'yes' },
    400,
    'invalid_request_error',
    'stream: Input should be a valid boolean',
  ],
  [
    'a system prompt of whitespace',
    { ...OK, system: ' \n' },
    400,
    'invalid_request_error',
    'system: text content blocks must contain non-whitespace text',
  ],
  [
    'an empty stop sequence',
    { ...OK, stop_sequences: [' '] },
    400,
    'invalid_request_error',
    'stop_sequences: each stop sequence must contain non-whitespace',
  ],
  [
    'more output tokens than the model has',
    { ...OK, max_tokens: 128_001 },
    400,
    'invalid_request_error',
    'max_tokens: 128001 > 128000, which is the maximum allowed number of output tokens for claude-sonnet-5',
  ],
  [
    'more output tokens than an older model has',
    { ...OK, model: 'claude-haiku-4-5-20251001', max_tokens: 64_001 },
    400,
    'invalid_request_error',
    'max_tokens: 64001 > 64000, which is the maximum allowed number of output tokens for claude-haiku-4-5-20251001',
  ],
  [
    'the beginning of an answer on a model that takes none',
    withContent('assistant', 'The answer is'),
    400,
    'invalid_request_error',
    'This model does not support assistant message prefill. The conversation must end with a user message.',
  ],
  [
    'the beginning of an answer that ends in a space',
    { ...withContent('assistant', 'The answer is '), model: 'claude-haiku-4-5' },
    400,
    'invalid_request_error',
    'messages: final assistant content cannot end with trailing whitespace',
  ],
  [
    'a prompt longer than the context',
    { ...OK, model: 'claude-haiku-4-5', messages: [{ role: 'user', content: 'a b '.repeat(110_000) }] },
    400,
    'invalid_request_error',
    'prompt is too long: 220008 tokens > 200000 maximum',
  ],
  [
    'a tool without a schema',
    { ...OK, tools: [{ name: 'add' }] },
    400,
    'invalid_request_error',
    'tools.0.custom.input_schema: Field required',
  ],
  [
    'a tool whose schema is no object',
    { ...OK, tools: [ADD, { name: 'b', input_schema: { type: 'string' } }] },
    400,
    'invalid_request_error',
    "tools.1.custom.input_schema.type: Input should be 'object'",
  ],
  [
    'a tool of a name with a space',
    { ...OK, tools: [{ ...ADD, name: 'a b' }] },
    400,
    'invalid_request_error',
    "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
  ],
  [
    'two tools of one name',
    { ...OK, tools: [ADD, ADD] },
    400,
    'invalid_request_error',
    'tools: Tool names must be unique.',
  ],
  [
    'a choice among no tools',
    { ...OK, tool_choice: { type: 'any' } },
    400,
    'invalid_request_error',
    'tool_choice: may only be specified while providing `tools`',
  ],
  [
    'a choice of a tool that is not there',
    { ...OK, tools: [ADD], tool_choice: { type: 'tool', name: 'sub' } },
    400,
    'invalid_request_error',
    "Tool 'sub' not found in provided tools",
  ],
  [
    'a forced tool with thinking',
    {
      ...OK,
      max_tokens: 2_000,
      tools: [ADD],
      tool_choice: { type: 'any' },
      thinking: { type: 'enabled', budget_tokens: 1_024 },
    },
    400,
    'invalid_request_error',
    'Thinking may not be enabled when tool_choice forces tool use.',
  ],
  [
    'the result of a tool that was not called',
    withContent('user', [{ type: 'tool_result', tool_use_id: 'toolu_1', content: '3' }]),
    400,
    'invalid_request_error',
    'messages.1.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_1. ' +
      'Each `tool_result` block must have a corresponding `tool_use` block in the previous message.',
  ],
  [
    'a call of a tool without its result',
    {
      ...OK,
      messages: [
        ...messages,
        { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'add', input: {} }] },
        { role: 'user', content: 'Well?' },
      ],
    },
    400,
    'invalid_request_error',
    'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1. ' +
      'Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
  ],
  [
    'a body of thousands of nested lists',
    `{"model":"claude-sonnet-5","max_tokens":1,"messages":[{"role":"user","content":"Hi"}],"tools":[{"name":"a","input_schema":{"type":"object","a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}],"output_config":{"format":{"type":"json_schema","schema":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}}}`,
    400,
    'invalid_request_error',
    'The request body is nested too deeply.',
  ],
  [
    'more than 32 MB',
    `"${'x'.repeat(32 * 1024 * 1024)}"`,
    413,
    'request_too_large',
    'Request exceeds the maximum size',
  ],
]

test.each(bodies)('%s is refused', async (_, body, status, type, message) => {
  const response = await send(post(body))
  const requestId = response.headers.get('request-id')
  expect(response.status).toBe(status)
  expect(await response.json()).toEqual({ type: 'error', error: { type, message }, request_id: requestId })
  expect(response.headers.get('anthropic-organization-id')).toBeTruthy()
})

test('an unknown block type is refused by its path', async () => {
  const response = await send(post(withContent('user', [{ type: 'hologram' }])))
  expect((await response.json()).error.message).toMatch(/^messages\.1\.content\.0/)
})

const headers: readonly [string, Record<string, string>, number, string, string][] = [
  [
    'no key',
    { 'anthropic-version': '2026-10-21' },
    401,
    'authentication_error',
    'x-api-key header is required',
  ],
  [
    'an unknown key',
    { 'x-api-key': 'wrong', 'anthropic-version': '2026-10-21' },
    401,
    'authentication_error',
    'invalid x-api-key',
  ],
  [
    'an unknown bearer token',
    { authorization: 'Bearer wrong', 'anthropic-version': '2026-10-21' },
    401,
    'authentication_error',
    'Invalid bearer token',
  ],
  [
    'a key without permission',
    { 'x-api-key': 'retired', 'anthropic-version': '2026-10-21' },
    403,
    'permission_error',
    'Your API key does not have permission to use the specified resource',
  ],
  [
    'no version',
    { 'x-api-key': 'test' },
    400,
    'invalid_request_error',
    'anthropic-version: header is required',
  ],
  [
    'an unknown version',
    { 'x-api-key': 'test', 'anthropic-version': '1' },
    400,
    'invalid_request_error',
    'anthropic-version: "1" is not a valid version',
  ],
]

test.each(headers)('%s is refused', async (_, given, status, type, message) => {
  const response = await send({ method: 'POST', headers: given, body: JSON.stringify(OK) })
  expect([response.status, (await response.json()).error]).toEqual([status, { type, message }])
})

test('a key is taken as bearer token too', async () => {
  const given = { authorization: 'Bearer other', 'anthropic-version': '2026-10-21' }
  expect((await send({ method: 'POST', headers: given, body: JSON.stringify(OK) })).status).toBe(200)
})

test('sampling parameters are taken on the older version', async () => {
  const response = await send(post({ ...OK, temperature: 1 }, { 'anthropic-version': '2023-06-01' }))
  expect(response.status).toBe(200)
})

test('the beginning of an answer is taken by a model that takes one', async () => {
  const body = { ...withContent('assistant', 'The answer is'), model: 'claude-sonnet-4-5' }
  expect((await send(post(body))).status).toBe(200)
})

const asSchema = (schema: unknown) => ({ ...OK, output_config: { format: { type: 'json_schema', schema } } })
const MANY = { type: 'array', items: {}, minItems: 90_000 }
const hostile: readonly [string, Readonly<Record<string, unknown>>, string][] = [
  ['a keyword of a wrong type', { properties: { a: { enum: 'x' } } }, 'properties.a.enum: expected a list'],
  ['a part that is no schema', { type: 'array', items: 3 }, 'items: expected a schema'],
  ['a type that does not exist', { type: 'date' }, 'type: expected a type or a list of types'],
  ['a count below 0', { type: 'string', minLength: -1 }, 'minLength: expected a count'],
  ['a billion items', { type: 'array', items: {}, minItems: 1e9 }, 'minItems 1000000000 is too many'],
  [
    'a billion items by a hint',
    { type: 'array', items: {}, description: '{minItems: 1000000000}' },
    'minItems',
  ],
  ['lists of long lists', { ...MANY, items: MANY }, 'the schema is too complex'],
  ['a billion characters', { type: 'string', minLength: 1e9 }, 'minLength 1000000000 is too long'],
]

test.each(hostile)('a schema with %s is refused at once', async (_, schema, message) => {
  const response = await send(post(asSchema(schema)))
  expect(response.status).toBe(400)
  expect((await response.json()).error.message).toContain(`output_config.format.schema: ${message}`)
})

test('fields that change no answer here are taken', async () => {
  const body = {
    ...OK,
    tools: [{ ...ADD, strict: true, cache_control: { type: 'ephemeral' }, eager_input_streaming: true }],
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    thinking: { type: 'adaptive' },
    metadata: { user_id: 'u' },
    service_tier: 'auto',
  }
  expect((await send(post(body))).status).toBe(200)
})

test('another method is refused with 405', async () => {
  const { body: _, ...init } = post(OK)
  expect((await send({ ...init, method: 'GET' })).status).toBe(405)
})

test('an unknown path is refused with 404', async () => {
  const response = await send(post(OK), 'https://api.anthropic.com/v1/poems')
  expect([response.status, (await response.json()).error.type]).toEqual([404, 'not_found_error'])
})
