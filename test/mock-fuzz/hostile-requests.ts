import fc from 'fast-check'
import { malformedBody } from './malformed-fields.ts'

/** A request as a server's fetch gets it. None of them may be answered with a 2xx. */
export interface HostileRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

const GOOD_HEADERS = {
  'x-api-key': 'test',
  'anthropic-version': '2026-10-21',
  'content-type': 'application/json',
}
const GOOD_BODY = {
  model: 'claude-sonnet-5',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Describe the warehouse.' }],
}
const post = (body: string, headers: HostileRequest['headers'] = GOOD_HEADERS): HostileRequest => ({
  method: 'POST',
  path: '/v1/messages',
  headers,
  body,
})

/** Values that no field of a request may have, or that break what handles them carelessly. */
const nasty = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0.5,
    1e308,
    Number.MAX_SAFE_INTEGER + 1,
    '',
    '\u0000',
    '\ud800',
    [],
    {},
  ),
  fc.constantFrom<unknown>([[[[]]]], { toString: 1 }, { length: -1 }, [null], ['\u0000']),
  fc.jsonValue({ maxDepth: 4 }),
)

/** Is refused in every place where it is put: not a string, nor anything that a field could be. */
const wrong = nasty.filter(
  (value) => typeof value !== 'string' && typeof value !== 'boolean' && value !== null,
)

const REQUIRED = ['model', 'max_tokens', 'messages'] as const

const bodyWithoutAField = fc.constantFrom(...REQUIRED).map((name) => {
  const { [name]: _gone, ...rest } = GOOD_BODY
  return post(JSON.stringify(rest))
})
const bodyWithAWrongField = fc
  .tuple(fc.constantFrom('model', 'messages', 'system', 'stream', 'metadata', 'stop_sequences'), wrong)
  .filter(([name, value]) => {
    // An empty list or object is right for some of them.
    if (typeof value !== 'object') return true
    if (Array.isArray(value)) return name === 'model' || name === 'stream' || name === 'metadata'
    return name !== 'metadata'
  })
  .map(([name, value]) => post(JSON.stringify({ ...GOOD_BODY, [name]: value })))
const bodyWithAWrongMaxTokens = nasty
  .filter((value) => !(Number.isInteger(value) && (value as number) >= 1))
  .map((value) => post(JSON.stringify({ ...GOOD_BODY, max_tokens: value })))
const bodyWithAnUnknownField = fc
  .tuple(
    fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('__proto__', 'constructor', 'toString')),
    nasty,
  )
  .filter(([name]) => !KNOWN_FIELDS.has(name))
  .map(([name, value]) =>
    post(`${JSON.stringify(GOOD_BODY).slice(0, -1)},${JSON.stringify(name)}:${json(value)}}`),
  )
const KNOWN_FIELDS = new Set(
  `model messages max_tokens system stop_sequences stream output_config tools tool_choice thinking metadata temperature
  top_p top_k service_tier speed cache_control container diagnostics inference_geo user_profile_id workspace_id
  context_management mcp_servers betas`.split(/\s+/),
)
const bodyWithAWrongMessage = fc
  .oneof(
    nasty.map((role) => ({ role: typeof role === 'string' ? `${role}?` : role, content: 'Hi' })),
    wrong.filter((value) => !Array.isArray(value)).map((content) => ({ role: 'user', content })),
    fc.constantFrom<unknown>(
      { role: 'user', content: [] },
      { role: 'user', content: [{ type: 'text' }] },
      { role: 'user', content: [{ type: 'nothing' }] },
      { role: 'user', content: [{ text: 'Hi' }] },
      { role: 'assistant', content: 'Hi' },
      { role: 'user', content: 'Hi', __proto__x: 1 },
    ),
  )
  .map((message) => post(JSON.stringify({ ...GOOD_BODY, messages: [message] })))
const bodyOfText = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.json().map((text) => text.slice(0, -1)),
    fc.json(),
  )
  .map((text) => post(text))
const bodyTruncated = fc
  .integer({ min: 0, max: JSON.stringify(GOOD_BODY).length - 1 })
  .map((length) => post(JSON.stringify(GOOD_BODY).slice(0, length)))
const bodyNested = fc
  .tuple(
    fc.constantFrom(10, 1_000, 20_000, 100_000),
    fc.constantFrom<readonly [string, string]>(['[', ']'], ['{"a":', '}'], ['[', '']),
    fc.constantFrom('', '"messages":', '"system":', '"model":', '"unknown":'),
  )
  .map(([depth, [open, close], field]) => {
    const nested = `${open.repeat(depth)}${close === '}' ? '1' : ''}${close.repeat(depth)}`
    return post(field === '' ? nested : `{"max_tokens":9,${field}${nested}}`)
  })
const bodyWithPoison = fc
  .constantFrom(
    '{"__proto__":{"model":"claude-sonnet-5","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}}',
    '{"constructor":{"prototype":{"stream":true}}}',
    '{"model":"claude-sonnet-5","max_tokens":1e999,"messages":[{"role":"user","content":"Hi"}]}',
    '{"model":"claude-sonnet-5","max_tokens":-0,"messages":[{"role":"user","content":"Hi"}]}',
    `{"model":"claude-sonnet-5","max_tokens":${'9'.repeat(5_000)},"messages":[{"role":"user","content":"Hi"}]}`,
    '{"model":"__proto__","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}',
    '{"model":"../../etc/passwd","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}',
    '{"model":"claude-sonnet-5","max_tokens":9,"messages":{"length":1,"0":{"role":"user","content":"Hi"}}}',
    '\ufeff\ufeff{}',
    'null',
    '[]',
    '""',
    '',
  )
  .map((text) => post(text))

const headersWrong = fc
  .oneof(
    fc.constantFrom<HostileRequest['headers']>(
      {},
      { 'x-api-key': 'test' },
      { 'anthropic-version': '2026-10-21' },
      { ...GOOD_HEADERS, 'x-api-key': '' },
      { 'anthropic-version': '2026-10-21', authorization: 'Basic dGVzdA==' },
      { 'anthropic-version': '2026-10-21', authorization: 'Bearer' },
    ),
    fc.string({ maxLength: 40 }).map((version) => ({
      ...GOOD_HEADERS,
      'anthropic-version': `x${version.replace(/[^\x20-\x7e]/g, '')}`,
    })),
  )
  .map((headers) => post(JSON.stringify(GOOD_BODY), headers))

const pathWrong = fc
  .tuple(
    fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'),
    fc.oneof(
      fc.webPath(),
      fc.constantFrom(
        '/v1',
        '/v1/messages/',
        '/v1/messages/..',
        '/V1/MESSAGES',
        '/v1//messages',
        '/v1/complete',
        '/v1/messages/%00',
        '/%2e%2e/%2e%2e/etc/passwd',
        '/__proto__',
        '/v1/messages/batches/../..',
        '/v1/messages/batches/msgbatch_unknown',
        '/v1/messages/batches/msgbatch_unknown/results',
        '/v1/models/unknown',
      ),
    ),
  )
  .filter(
    ([method, path]) => !path.startsWith('/_mock') && !path.startsWith('/metrics') && !isKnown(method, path),
  )
  .map(([method, path]) => ({
    method,
    path: path === '' ? '/' : path,
    headers: GOOD_HEADERS,
    body: method === 'GET' || method === 'HEAD' ? undefined : JSON.stringify(GOOD_BODY),
  }))

function isKnown(method: string, path: string): boolean {
  const { pathname } = new URL(`http://localhost${path}`)
  if (method === 'POST') return ['/v1/messages', '/v1/messages/count_tokens'].includes(pathname)
  return (method === 'GET' || method === 'HEAD') && /^\/v1\/(models|messages\/batches)\/?$/.test(pathname)
}

const methodWrong = fc
  .constantFrom('GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD')
  .map((method) => ({ method, path: '/v1/messages', headers: GOOD_HEADERS, body: undefined }))

function json(value: unknown): string {
  return JSON.stringify(value) ?? 'null'
}

export const hostileRequest: fc.Arbitrary<HostileRequest> = fc.oneof(
  { arbitrary: bodyWithoutAField, weight: 2 },
  { arbitrary: bodyWithAWrongField, weight: 8 },
  { arbitrary: bodyWithAWrongMaxTokens, weight: 4 },
  { arbitrary: bodyWithAnUnknownField, weight: 6 },
  { arbitrary: bodyWithAWrongMessage, weight: 8 },
  { arbitrary: malformedBody.map((body) => post(body)), weight: 16 },
  { arbitrary: bodyOfText, weight: 8 },
  { arbitrary: bodyTruncated, weight: 3 },
  { arbitrary: bodyNested, weight: 1 },
  { arbitrary: bodyWithPoison, weight: 3 },
  { arbitrary: headersWrong, weight: 4 },
  { arbitrary: pathWrong, weight: 6 },
  { arbitrary: methodWrong, weight: 2 },
)
