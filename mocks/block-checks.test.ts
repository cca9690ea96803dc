import { expect, test } from 'vitest'
import { clientOf, post } from './test-support.ts'

type Fields = Readonly<Record<string, unknown>>

async function send(fields: Fields, version = '2026-10-21') {
  const { clock, mock } = clientOf()
  const body = {
    model: 'claude-sonnet-5',
    max_tokens: 2_000,
    messages: said({ type: 'text', text: 'Hi' }),
    ...fields,
  }
  const init = post(body, { 'anthropic-version': version })
  const response = await clock.run(mock.fetch('https://api.anthropic.com/v1/messages', init))
  return { status: response.status, body: await response.json() }
}

const said = (...content: Fields[]) => [{ role: 'user', content }]
const text = { type: 'text', text: 'Hi' }
const cached = (control: unknown) => said({ ...text, cache_control: control })
const EPHEMERAL = { type: 'ephemeral' }
const TOOL = { name: 'add', input_schema: { type: 'object' } }
const LATE_HOUR =
  "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. " +
  'Note that blocks are processed in the following order: `tools`, `system`, `messages`.'

const refused: readonly [string, Fields, string | RegExp][] = [
  [
    'an image without a source',
    { messages: said({ type: 'image' }) },
    'messages.0.content.0.image.source: Field required',
  ],
  [
    'an image of another kind',
    { messages: said({ type: 'image', source: { type: 'base64', media_type: 'image/bogus', data: '' } }) },
    "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'",
  ],
  [
    'a document of another kind',
    { messages: said({ type: 'document', source: { type: 'bogus' } }) },
    "messages.0.content.0.document.source: Input tag 'bogus' found using 'type' does not match any of the expected tags: 'base64', 'text', 'content', 'url', 'file'",
  ],
  [
    'a tool call of the user',
    { messages: said({ type: 'tool_use', id: 'toolu_1', name: 'add', input: {} }) },
    'messages.0: `tool_use` blocks can only be in `assistant` messages',
  ],
  [
    'a tool call without an id',
    {
      messages: [
        ...said(text),
        { role: 'assistant', content: [{ type: 'tool_use', name: 'add', input: {} }] },
      ],
    },
    'messages.1.content.0.tool_use.id: Field required',
  ],
  [
    'a result without an id',
    { messages: said({ type: 'tool_result' }) },
    'messages.0.content.0.tool_result.tool_use_id: Field required',
  ],
  [
    'a result of no known block',
    { messages: said({ type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'audio' }] }) },
    /^messages\.0\.content\.0\.tool_result\.content\.0: Input tag 'audio' found using 'type' does not match/,
  ],
  [
    'an extra key in a text block',
    { messages: said({ ...text, lang: 'en' }) },
    'messages.0.content.0.text.lang: Extra inputs are not permitted',
  ],
  [
    'text of white space',
    { messages: said({ type: 'text', text: ' \n' }) },
    'messages: text content blocks must contain non-whitespace text',
  ],
  [
    'a string of white space',
    { messages: [{ role: 'user', content: ' \n' }] },
    'messages: text content blocks must contain non-whitespace text',
  ],
  [
    'an empty system text',
    { system: [{ type: 'text', text: '' }] },
    'system: text content blocks must be non-empty',
  ],
  [
    'an image of the system',
    { messages: [...said(text), { role: 'system', content: [{ type: 'container_upload', file_id: 'f' }] }] },
    'messages.1: only `text` blocks can be in `system` messages',
  ],
  [
    'thinking of another type',
    { thinking: { type: 'bogus' } },
    "thinking: Input tag 'bogus' found using 'type' does not match any of the expected tags: 'enabled', 'disabled', 'between_tools', 'adaptive'",
  ],
  [
    'a budget of words',
    { thinking: { type: 'enabled', budget_tokens: 'x' } },
    'thinking.enabled.budget_tokens: Input should be a valid integer',
  ],
  [
    'a budget below the least',
    { thinking: { type: 'enabled', budget_tokens: 1_023 } },
    'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024',
  ],
  [
    'a budget of all tokens',
    { thinking: { type: 'enabled', budget_tokens: 2_000 } },
    '`max_tokens` must be greater than `thinking.budget_tokens`',
  ],
  [
    'a cache of another type',
    { messages: cached({ type: 'nope' }) },
    "messages.0.content.0.text.cache_control: Input tag 'nope' found using 'type' does not match any of the expected tags: 'ephemeral'",
  ],
  [
    'a cache for nine hours',
    { messages: cached({ ...EPHEMERAL, ttl: '9h' }) },
    "messages.0.content.0.text.cache_control.ephemeral.ttl: Input should be '5m' or '1h'",
  ],
  ['a cache that is a word', { cache_control: 'zz' }, 'cache_control: Input should be a valid dictionary'],
  [
    'five cache breakpoints',
    {
      cache_control: EPHEMERAL,
      system: [{ ...text, cache_control: EPHEMERAL }],
      tools: [{ ...TOOL, cache_control: EPHEMERAL }],
      messages: said({ ...text, cache_control: EPHEMERAL }, { ...text, cache_control: EPHEMERAL }),
    },
    'A maximum of 4 blocks with cache_control may be provided. Found 5.',
  ],
  [
    'an hour of cache after five minutes',
    {
      system: [{ ...text, cache_control: EPHEMERAL }],
      messages: said(text, { ...text, cache_control: { ...EPHEMERAL, ttl: '1h' } }),
    },
    `messages.0.content.1.cache_control.ttl: ${LATE_HOUR}`,
  ],
  [
    'an hour of cache after five minutes on a tool',
    {
      tools: [{ ...TOOL, cache_control: { ...EPHEMERAL, ttl: '5m' } }],
      system: [{ ...text, cache_control: { ...EPHEMERAL, ttl: '1h' } }],
    },
    `system.0.cache_control.ttl: ${LATE_HOUR}`,
  ],
  [
    'an hour of cache for a request with five minutes in it',
    {
      cache_control: { ...EPHEMERAL, ttl: '1h' },
      messages: said({ ...text, cache_control: EPHEMERAL }, text),
    },
    `cache_control.ttl: ${LATE_HOUR}`,
  ],
  ['a container that is a number', { container: 17 }, 'container: Input should be a valid string'],
  [
    'a tool of no known type',
    { tools: [{ type: 'bogus_1' }] },
    /^tools\.0: Input tag 'bogus_1' found using 'type' does not match any of the expected tags: 'custom', 'bash_/,
  ],
  [
    'a description that is a number',
    { tools: [{ ...TOOL, description: 5 }] },
    'tools.0.custom.description: Input should be a valid string',
  ],
  [
    'an extra key in a tool',
    { tools: [{ ...TOOL, parameters: {} }] },
    'tools.0.custom.parameters: Extra inputs are not permitted',
  ],
  [
    'a cache for nine hours on a tool of the API',
    { tools: [{ type: 'bash_20250124', name: 'bash', cache_control: { ...EPHEMERAL, ttl: '9h' } }] },
    "tools.0.bash_20250124.cache_control.ephemeral.ttl: Input should be '5m' or '1h'",
  ],
  [
    'a choice that is half a boolean',
    { tools: [TOOL], tool_choice: { type: 'auto', disable_parallel_tool_use: 'yes' } },
    'tool_choice.auto.disable_parallel_tool_use: Input should be a valid boolean',
  ],
  ['metadata of another kind', { metadata: { foo: 5 } }, 'metadata.foo: Extra inputs are not permitted'],
]

test.each(refused)('%s is refused', async (_, fields, message) => {
  const { status, body } = await send(fields)
  expect([status, body.error?.type]).toEqual([400, 'invalid_request_error'])
  if (typeof message === 'string') expect(body.error.message).toBe(message)
  else expect(body.error.message).toMatch(message)
})

test('temperature and top_p together are refused on the older version too', async () => {
  const { status, body } = await send(
    { model: 'claude-sonnet-4-5', temperature: 0.5, top_p: 0.5 },
    '2023-06-01',
  )
  expect([status, body.error?.message]).toEqual([
    400,
    '`temperature` and `top_p` cannot both be specified for this model. Please use only one.',
  ])
})

test.each([
  [0.5, 400],
  [1, 200],
])('thinking with a temperature of %s gets %s', async (temperature, expected) => {
  const thinking = { type: 'enabled', budget_tokens: 1_024 }
  const { status, body } = await send({ thinking, temperature }, '2023-06-01')
  expect(status).toBe(expected)
  if (expected === 400)
    expect(body.error.message).toMatch(/^`temperature` may only be set to 1 when thinking/)
})

test('five minutes of cache after an hour are taken', async () => {
  const hour = { ...text, cache_control: { ...EPHEMERAL, ttl: '1h' } }
  const { status } = await send({
    system: [hour],
    messages: said(hour, { ...text, cache_control: EPHEMERAL }),
  })
  expect(status).toBe(200)
})

test('a prompt has the same answer as a string and as a block of text', async () => {
  const prompt = 'Describe the warehouse and its staff.'
  const asString = await send({ system: 'You know it.', messages: [{ role: 'user', content: prompt }] })
  const asBlocks = await send({
    system: [{ type: 'text', text: 'You know it.' }],
    messages: said({ type: 'text', text: prompt }),
  })
  expect(asBlocks.body.content).toEqual(asString.body.content)
})
