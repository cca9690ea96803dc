import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRealClock } from '../../mocks/server/real-clock.ts'
import { createServerApp } from '../../mocks/server/server.ts'
import { type HostileRequest, hostileRequest } from './hostile-requests.ts'
import { FULL_BODY } from './malformed-fields.ts'

const ERROR_TYPES = [
  'invalid_request_error',
  'authentication_error',
  'not_found_error',
  'request_too_large',
  'api_error',
]

/** What is wrong with the answer to a hostile request, or undefined. */
async function problemOf(response: Response, request: HostileRequest): Promise<string | undefined> {
  if (response.status < 400 || response.status > 499) return `status ${response.status}`
  const requestId = response.headers.get('request-id')
  if (!/^req_\w+$/.test(requestId ?? '')) return `request-id ${requestId}`
  if (request.method === 'HEAD') return undefined
  const text = await response.text()
  const body = JSON.parse(text)
  const { type, message } = body.error ?? {}
  if (body.type !== 'error' || !ERROR_TYPES.includes(type) || typeof message !== 'string' || message === '')
    return text
  return body.request_id === requestId ? undefined : `request_id ${body.request_id}, header ${requestId}`
}

test('ten thousand hostile requests get a well-formed error each, and leave the server as it was', async () => {
  const unexpected: unknown[] = []
  const app = createServerApp({
    mock: {
      clock: createRealClock(),
      seed: 1,
      latency: { firstTokenMs: 0, perThousandInputTokensMs: 0, tokensPerSecond: 1e9, sigma: 0 },
      limits: {},
      rejectMs: 0,
    },
    onUnexpected: (error) => unexpected.push(error),
  })
  await fc.assert(
    fc.asyncProperty(hostileRequest, async (request) => {
      const { method, path, headers, body } = request
      const init = { method, headers, ...(body === undefined ? {} : { body }) }
      const response = await app.fetch(new Request(`http://127.0.0.1:4141${path}`, init))
      expect(await problemOf(response, request)).toBeUndefined()
    }),
    { numRuns: 10_000, seed: 20_261_124 },
  )
  expect(unexpected).toEqual([])
  expect(Object.prototype).not.toHaveProperty('stream')
  // Or all that is made from it would be refused for that.
  const headers = { 'x-api-key': 'test', 'anthropic-version': '2026-10-21' }
  const init = { method: 'POST', headers, body: JSON.stringify(FULL_BODY) }
  const full = await app.fetch(new Request('http://127.0.0.1:4141/v1/messages', init))
  expect([full.status, await full.text()]).toEqual([200, expect.any(String)])
  const health = await app.fetch(new Request('http://127.0.0.1:4141/_mock/health'))
  expect(health.status).toBe(200)
}, 240_000)
