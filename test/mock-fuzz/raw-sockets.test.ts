import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRealClock } from '../../mocks/server/real-clock.ts'
import { type MockServer, startMockServer } from '../../mocks/server/server.ts'

let server: MockServer
const unexpected: unknown[] = []
beforeAll(async () => {
  server = await startMockServer({
    mock: {
      clock: createRealClock(),
      seed: 1,
      latency: { firstTokenMs: 0, perThousandInputTokensMs: 0, tokensPerSecond: 1e9, sigma: 0 },
      limits: {},
      rejectMs: 0,
    },
    port: 0,
    onUnexpected: (error) => unexpected.push(error),
  })
})
afterAll(() => server.close(0))

/** Sends bytes, ends the sending side, and gives everything that comes back. */
async function exchange(bytes: Buffer): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  const received: Buffer[] = []
  socket.on('data', (chunk) => received.push(chunk))
  // The server may close while the rest is still being sent.
  socket.on('error', () => {})
  socket.end(bytes)
  await once(socket, 'close')
  return Buffer.concat(received).toString('latin1')
}

const ANSWER = /^HTTP\/1\.1 ([345]\d\d) [^\r\n]*\r\n([\s\S]*?)\r\n\r\n([\s\S]*)$/

/** What is wrong with an answer, or undefined. */
function problemOf(answer: string): string | undefined {
  const [, status, head = '', body = ''] = ANSWER.exec(answer) ?? []
  if (status === undefined) return `not an answer: ${answer.slice(0, 200)}`
  const requestId = /^request-id: (req_\w+)$/im.exec(head)?.[1]
  if (requestId === undefined) return `no request-id: ${answer.slice(0, 300)}`
  const json = JSON.parse(Buffer.from(body, 'latin1').toString('utf8'))
  return json.type === 'error' && json.request_id === requestId ? undefined : body
}

const BODY = JSON.stringify({
  model: 'claude-sonnet-5',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Describe the warehouse.' }],
})
const HEADERS = ['host: localhost', 'x-api-key: test', 'anthropic-version: 2023-06-01', 'connection: close']
const request = (body: Buffer | string, ...more: string[]) => {
  const bytes = Buffer.from(body)
  const length = more.some((line) => /^(content-length|transfer-encoding):/i.test(line))
    ? []
    : [`content-length: ${bytes.length}`]
  const head = ['POST /v1/messages HTTP/1.1', ...HEADERS, ...length, ...more, '', ''].join('\r\n')
  return Buffer.concat([Buffer.from(head), bytes])
}
const nested = (field: string) =>
  BODY.replace(/}$/, `,"${field}":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)

test.each<[string, Buffer]>([
  ['not HTTP at all', Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n')],
  ['a request line without a version', Buffer.from('POST /v1/messages\r\n\r\n')],
  ['an unknown method', Buffer.from('BREW /v1/messages HTTP/1.1\r\nhost: x\r\n\r\n')],
  ['CONNECT', Buffer.from('CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n')],
  ['TRACE', Buffer.from('TRACE /v1/messages HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')],
  ['no host', Buffer.from('POST /v1/messages HTTP/1.1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')],
  ['a host that is no host', Buffer.from(request(BODY).toString().replace('localhost', 'a b@c/%zz'))],
  ['a header of 64 KiB', request(BODY, `x-long: ${'a'.repeat(65_536)}`)],
  ['a thousand headers', request(BODY, ...Array.from({ length: 5_000 }, (_, n) => `x-${n}: ${n}`))],
  ['a header with a NUL', request(BODY, 'x-nul: a\0b')],
  ['two content-lengths', request(BODY, 'content-length: 5', 'content-length: 6')],
  ['content-length and chunks', request(BODY, 'content-length: 5', 'transfer-encoding: chunked')],
  ['a content-length that is no number', request(BODY, 'content-length: many')],
  ['a content-length that is too short', request(BODY, `content-length: ${BODY.length - 7}`)],
  ['a content-length of a terabyte', request(BODY, 'content-length: 1000000000000')],
  ['a chunk that lies about its size', request('5\r\nabcdefgh\r\n0\r\n\r\n', 'transfer-encoding: chunked')],
  ['an expectation of its own', request(BODY, 'expect: the-unexpected')],
  [
    'invalid UTF-8',
    request(Buffer.concat([Buffer.from(BODY.slice(0, -4)), Buffer.from([0xff, 0xfe]), Buffer.from('"}]}')])),
  ],
  ['compressed bytes', request(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]), 'content-encoding: gzip')],
  ['a NUL in the JSON', request(BODY.replace('warehouse', 'ware\0house'))],
  ...['messages', 'system', 'tools', 'metadata', 'cache_control', 'container', 'unknown'].map(
    (field): [string, Buffer] => [`${field} nested 100,000 deep`, request(nested(field))],
  ),
])('%s gets a well-formed error', async (_name, bytes) => {
  expect(problemOf(await exchange(bytes))).toBeUndefined()
})

test('three hundred requests with broken bytes get an error each, or what the request that is left deserves', async () => {
  const good = request(BODY)
  const mutation = fc.record({
    at: fc.nat(good.length - 1),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 6 }),
    cut: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(mutation, async ({ at, bytes, cut }) => {
      const rest = good.subarray(at + bytes.length)
      const broken = Buffer.concat([good.subarray(0, at), bytes, ...(cut ? [] : [rest])])
      const answer = await exchange(broken)
      // A byte within a text or a header's value may leave a good request; a cut one may wait for its rest.
      if (/^HTTP\/1\.1 200 /.test(answer) || answer === '') return
      expect(problemOf(answer)).toBeUndefined()
    }),
    { numRuns: 300, seed: 4 },
  )
  expect(unexpected).toEqual([])
  expect((await fetch(`${server.url}/_mock/health`)).status).toBe(200)
})
