import { expect, test } from 'vitest'
import { createClaudeMock } from './index.ts'
import { FAST, post, testClock } from './test-support.ts'

const URL_OF_MESSAGES = 'https://api.anthropic.com/v1/messages'
const OK = { model: 'claude-sonnet-5', max_tokens: 10, messages: [{ role: 'user', content: 'Hello' }] }
const { model, max_tokens, messages } = OK

async function send(init: RequestInit, url = URL_OF_MESSAGES) {
  const clock = testClock()
  const mock = createClaudeMock({ clock, seed: 1, latency: FAST, limits: {}, apiKeys: ['test', 'other'] })
  return clock.run(mock.fetch(url, init))
}

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
    'messages.1.content.0.text: Field required',
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
    withContent('assistant', [{ type: 'document' }]),
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
    'output_config.format.schema: keyword not supported: not',
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

test('another method is refused with 405', async () => {
  const { body: _, ...init } = post(OK)
  expect((await send({ ...init, method: 'GET' })).status).toBe(405)
})

test('an unknown path is refused with 404', async () => {
  const response = await send(post(OK), 'https://api.anthropic.com/v1/poems')
  expect([response.status, (await response.json()).error.type]).toEqual([404, 'not_found_error'])
})
