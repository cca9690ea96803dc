import fc from 'fast-check'

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
type Path = readonly (string | number)[]

const EPHEMERAL = { type: 'ephemeral', ttl: '5m' }
const PIXEL = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' }

/** A request with one of nearly everything. The API takes it as it is. */
export const FULL_BODY: Json = {
  model: 'claude-sonnet-5',
  max_tokens: 2_000,
  system: [{ type: 'text', text: 'You know the warehouse.', cache_control: EPHEMERAL }],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Describe the warehouse.', cache_control: EPHEMERAL },
        { type: 'image', source: PIXEL },
        { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
        { type: 'image', source: { type: 'file', file_id: 'file_1' } },
        {
          type: 'document',
          source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
          title: 'Plan',
          context: 'Of last year',
          citations: { enabled: false },
        },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Two halls.' } },
        { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'Two halls.' }] } },
        {
          type: 'search_result',
          source: 'https://example.com',
          title: 'Halls',
          content: [{ type: 'text', text: 'Two' }],
        },
        { type: 'container_upload', file_id: 'file_2' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Well', signature: 'c2ln' },
        { type: 'redacted_thinking', data: 'ZGF0YQ==' },
        { type: 'text', text: 'I ask.', citations: null },
        { type: 'tool_use', id: 'toolu_1', name: 'look', input: { hall: 1 }, caller: { type: 'direct' } },
      ],
    },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 'toolu_1',
          is_error: false,
          content: [
            { type: 'text', text: 'Full' },
            { type: 'image', source: PIXEL },
            { type: 'tool_reference', tool_name: 'look' },
          ],
        },
      ],
    },
  ],
  tools: [
    {
      type: 'custom',
      name: 'look',
      description: 'Looks into a hall',
      input_schema: { type: 'object', properties: { hall: { type: 'integer' } } },
      strict: false,
      cache_control: { type: 'ephemeral', ttl: '1h' },
      allowed_callers: ['direct'],
      defer_loading: false,
      eager_input_streaming: false,
      input_examples: [{ hall: 2 }],
    },
    { type: 'bash_20250124', name: 'bash' },
  ],
  tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  thinking: { type: 'enabled', budget_tokens: 1_024, display: 'omitted' },
  metadata: { user_id: 'u' },
  stop_sequences: ['END'],
  stream: false,
  service_tier: 'auto',
  container: { id: 'container_1' },
  diagnostics: { previous_message_id: 'msg_1' },
  output_config: { effort: 'low' },
}

/** What may be left out. */
const OPTIONAL = new Set(
  `system tools tool_choice thinking metadata stop_sequences stream service_tier container diagnostics output_config
  effort cache_control ttl user_id previous_message_id display disable_parallel_tool_use title context
  citations enabled is_error description strict allowed_callers defer_loading eager_input_streaming input_examples
  caller`.split(/\s+/),
)

/** Where the client may say what it likes, or where the mock does not look. */
const FREE =
  /\.(input|caller|input_examples\.0|tools\.1)(\.|$)|input_schema\.properties|container\.id$|tools\.0\.type$/

function placesIn(value: Json, path: Path = []): Path[] {
  if (FREE.test(`.${path.join('.')}`) && path.at(-1) !== 'input') return []
  if (typeof value !== 'object' || value === null) return [path]
  const inner = path.at(-1) === 'input' ? [] : Object.entries(value)
  return [
    path,
    ...inner.flatMap(([key, part]) => placesIn(part, [...path, Array.isArray(value) ? Number(key) : key])),
  ]
}

function at(value: Json, path: Path): Json {
  return path.reduce<Json>((part, key) => (part as { readonly [key: string]: Json })[key] as Json, value)
}

function changed(value: Json, path: Path, change: (part: Json) => Json | undefined): Json {
  const [key, ...rest] = path
  if (key === undefined) return change(value) ?? null
  if (Array.isArray(value))
    return value.map((part, index) => (index === key ? changed(part, rest, change) : part))
  const parts = Object.entries(value as { readonly [key: string]: Json }).flatMap(([name, part]) => {
    if (name !== key) return [[name, part] as const]
    const now = rest.length === 0 ? change(part) : changed(part, rest, change)
    return now === undefined ? [] : [[name, now] as const]
  })
  return Object.fromEntries(parts)
}

const places = placesIn(FULL_BODY).filter((path) => path.length > 0)
const isDictionary = (value: Json) => typeof value === 'object' && value !== null && !Array.isArray(value)
/** `input_schema` is a schema, whose keywords are not the API's. */
const closed = places.filter(
  (path) => isDictionary(at(FULL_BODY, path)) && !/input/.test(String(path.at(-1))),
)
const required = places.filter((path) => {
  const name = path.at(-1)
  // The result of a tool may be nothing.
  const isOfResult = path.join('.') === 'messages.2.content.0.content'
  return typeof name === 'string' && !OPTIONAL.has(name) && !isOfResult
})

const unknownKey = fc
  .tuple(fc.constantFrom(...closed), fc.constantFrom('foo', 'Type', 'cacheControl', 'constructor'))
  .map(([path, key]) => changed(FULL_BODY, path, (part) => ({ ...(part as object), [key]: 1 })))
const wrongType = fc
  .tuple(fc.constantFrom(...places), fc.constantFrom<Json>(17, 'zz', [17], { zz: 17 }))
  .filter(([path, value]) => {
    const was = at(FULL_BODY, path)
    // A text may be another text, and some fields may be a text or more than that.
    if (typeof value === 'string')
      return typeof was !== 'string' && !/^(content|system|container)$/.test(String(path.at(-1)))
    return typeof value === 'number'
      ? typeof was !== 'number'
      : !(path.at(-1) === 'input' && isDictionary(value))
  })
  .map(([path, value]) => changed(FULL_BODY, path, () => value))
const leftOut = fc.constantFrom(...required).map((path) => changed(FULL_BODY, path, () => undefined))

const [text, mark] = [{ type: 'text', text: 'Hi' }, { cache_control: { type: 'ephemeral' } }]
const said = (...content: Json[]): Json => [{ role: 'user', content }]
/** Fields of the right types that say what cannot be. */
const wrongSense = fc
  .constantFrom<Readonly<Record<string, Json>>>(
    { messages: said({ type: 'text', text: ' \n' }) },
    { messages: said({ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }) },
    { messages: said({ ...text, cache_control: 'zz' }) },
    { messages: said({ ...text, cache_control: { type: 'nope' } }) },
    { messages: said({ ...text, cache_control: { type: 'ephemeral', ttl: '9h' } }) },
    { messages: said(...Array.from({ length: 5 }, () => ({ ...text, ...mark }))) },
    { messages: said({ type: 'image', source: { type: 'base64', media_type: 'image/bogus', data: '' } }) },
    { messages: [{ role: 'system', content: [{ type: 'image', source: PIXEL }] }] },
    { system: [{ type: 'text', text: '' }] },
    { system: [{ type: 'image', source: PIXEL }] },
    { thinking: { type: 'bogus' } },
    { thinking: { type: 'enabled', budget_tokens: 1_023 } },
    { thinking: { type: 'enabled', budget_tokens: 2_000 } },
    { tools: [{ type: 'bogus_1' }] },
    { tool_choice: { type: 'auto', disable_parallel_tool_use: 'yes' } },
    { tool_choice: { type: 'none', name: 'look' } },
  )
  .map((fields) => ({ model: 'claude-sonnet-5', max_tokens: 2_000, messages: said(text), ...fields }))

/** Bodies of which one field is not what the API takes. */
export const malformedBody: fc.Arbitrary<string> = fc
  .oneof(
    { arbitrary: unknownKey, weight: 3 },
    { arbitrary: wrongType, weight: 4 },
    { arbitrary: leftOut, weight: 3 },
    { arbitrary: wrongSense, weight: 2 },
  )
  .map((body) => JSON.stringify(body))
