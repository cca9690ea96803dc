import { expect, test } from 'vitest'
import type { Engine } from '../engine.ts'
import { TIER_FLAGS } from '../flags.ts'
import { type ApiOptions, createApi } from './api.ts'

const SUMMARY = { id: 'a', status: 'PENDING', finishedAt: null }
const taken: unknown[] = []

/** An engine of which only what a test needs is there. */
function apiWith(engine: Partial<Engine> = {}, options: Partial<ApiOptions> = {}) {
  taken.length = 0
  const createRun: Engine['createRun'] = async (...args) => {
    taken.push(args)
    return 'a'
  }
  return createApi({
    engine: { createRun, status: async () => SUMMARY, ...engine } as Engine,
    clock: { now: () => 0, sleep: () => new Promise(() => {}) },
    flags: TIER_FLAGS[2],
    checkDatabase: async () => {},
    ...options,
  })
}

const JSON_TYPE = { 'content-type': 'application/json' }
const UPLOADS = [{ filename: 'a.md', content: 'text' }]
const post = (
  body: BodyInit | null,
  headers: Record<string, string> = JSON_TYPE,
  options: Partial<ApiOptions> = {},
) => apiWith({}, options).request('/runs', { method: 'POST', body, headers })
const postJson = (body: unknown) => post(JSON.stringify(body))

interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly problems?: { path: string }[] }
}
const bodyOf = async (response: Response) => (await response.json()) as ErrorBody

test.each<[string, unknown, string[]]>([
  ['no uploads', {}, ['uploads']],
  ['an empty list of uploads', { uploads: [] }, ['uploads']],
  ['a list', [], ['']],
  ['an unknown key', { uploads: UPLOADS, tiers: 1 }, ['']],
  ['a tier that there is not', { uploads: UPLOADS, tier: 4 }, ['tier']],
  ['an unknown flag', { uploads: UPLOADS, flags: { turbo: true } }, ['flags']],
  ['a flag out of range', { uploads: UPLOADS, flags: { parallelEpics: 65 } }, ['flags.parallelEpics']],
  ['a NUL character', { uploads: [{ filename: 'a', content: '\0' }] }, ['uploads.0.content']],
  ['half a surrogate pair', { uploads: [{ filename: 'a', content: '\ud800' }] }, ['uploads.0.content']],
  [
    'too long a document',
    { uploads: [{ filename: 'a', content: 'x'.repeat(600_001) }] },
    ['uploads.0.content'],
  ],
  [
    'several problems',
    { uploads: [{ filename: '', content: '' }], tier: 'x', more: 1 },
    ['uploads.0.filename', 'uploads.0.content', 'tier', ''],
  ],
])('POST /runs with %s is 400 and names every problem', async (_, body, paths) => {
  const response = await postJson(body)
  expect(response.status).toBe(400)
  const { error } = await bodyOf(response)
  expect(error.code).toBe('INVALID_BODY')
  expect(error.problems?.map(({ path }) => path)).toEqual(paths)
})

test('text beyond the basic plane is taken', async () => {
  expect((await postJson({ uploads: [{ filename: 'a', content: '😀' }] })).status).toBe(201)
})

test.each([
  ['JSON that is cut off', '{"uploads":'],
  ['bytes that are not UTF-8', Buffer.from('{"uploads":[{"filename":"a","content":"\xff"}]}', 'latin1')],
])('a body of %s is 400', async (_, body) => {
  const response = await post(body)
  expect([response.status, (await bodyOf(response)).error.code]).toEqual([400, 'INVALID_BODY'])
})

test.each([['text/plain'], ['application/x-www-form-urlencoded'], [undefined]])(
  'a body declared as %s is 415',
  async (type) => {
    const body = new Blob([JSON.stringify({ uploads: UPLOADS })])
    const response = await post(body, type === undefined ? {} : { 'content-type': type })
    expect([response.status, (await bodyOf(response)).error.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
  },
)

test('a charset beside application/json is taken', async () => {
  const body = JSON.stringify({ uploads: UPLOADS })
  expect((await post(body, { 'content-type': 'Application/JSON; charset=utf-8' })).status).toBe(201)
})

test.each<[string, Record<string, string>]>([
  ['by its content-length', { 'content-length': '101' }],
  ['as it is read', {}],
])('a body over the limit is 413, known %s', async (_, headers) => {
  const body = JSON.stringify({ uploads: [{ filename: 'a', content: 'x'.repeat(100) }] })
  const response = await post(body, { ...JSON_TYPE, ...headers }, { maxBodyBytes: 100 })
  expect([response.status, (await bodyOf(response)).error.code]).toEqual([413, 'BODY_TOO_LARGE'])
})

test('a body at the limit is taken', async () => {
  const body = JSON.stringify({ uploads: UPLOADS })
  expect((await post(body, JSON_TYPE, { maxBodyBytes: body.length })).status).toBe(201)
})

test.each([
  ['/runs/a/log?after=-1', 'after'],
  ['/runs/a/log?take=0', 'take'],
  ['/runs/a/log?take=1001', 'take'],
  ['/runs/a/log?after=1&after=2', 'after'],
  ['/runs/a/log?page=2', ''],
  ['/runs/a?verbose=1', ''],
  ['/runs/a/results?verbose=1', ''],
  ['/runs/a/events?after=x', 'after'],
])('GET %s is 400', async (path, problem) => {
  const response = await apiWith().request(path)
  const { error } = await bodyOf(response)
  expect([response.status, error.code]).toEqual([400, 'INVALID_QUERY'])
  expect(error.problems?.map((one) => one.path)).toEqual([problem])
})

test('a Last-Event-ID that no stream has given is 400', async () => {
  const response = await apiWith().request('/runs/a/events', { headers: { 'last-event-id': 'x' } })
  expect([response.status, (await bodyOf(response)).error.code]).toEqual([400, 'INVALID_HEADER'])
})

test.each([
  ['process-next', { joint: true }],
  ['cancel', { reason: 'none' }],
  ['retry', []],
  ['regenerate', { phase: 'card-analysis', existing: 'skip' }],
  ['regenerate', {}],
])('POST /runs/:id/%s with %j is 400', async (route, body) => {
  const init = { method: 'POST', body: JSON.stringify(body), headers: JSON_TYPE }
  const response = await apiWith().request(`/runs/a/${route}`, init)
  expect([response.status, (await bodyOf(response)).error.code]).toEqual([400, 'INVALID_BODY'])
})

test.each([
  ['PUT', '/runs', 'POST'],
  ['DELETE', '/runs/a', 'GET, HEAD'],
  ['GET', '/runs/a/process-next', 'POST'],
  ['POST', '/health', 'GET, HEAD'],
  ['OPTIONS', '/runs', 'POST'],
])('%s %s is 405 with Allow: %s', async (method, path, allow) => {
  const response = await apiWith().request(path, { method })
  expect([response.status, response.headers.get('allow')]).toEqual([405, allow])
  expect((await bodyOf(response)).error.code).toBe('METHOD_NOT_ALLOWED')
})

test('a route that there is not is 404', async () => {
  const response = await apiWith().request('/run')
  expect([response.status, (await bodyOf(response)).error.code]).toEqual([404, 'ROUTE_NOT_FOUND'])
})

const withToken = (authorization?: string, path = '/flags') =>
  apiWith({}, { token: 's3cret' }).request(path, { headers: authorization ? { authorization } : {} })

test.each([
  ['no token', undefined, 401],
  ['another token', 'Bearer s3creT', 401],
  ['a longer token', 'Bearer s3cret1', 401],
  ['a part of the token', 'Bearer s3cre', 401],
  ['another scheme', 'Basic s3cret', 401],
])('%s is refused with a challenge', async (_, authorization, status) => {
  const response = await withToken(authorization)
  expect([response.status, (await bodyOf(response)).error.code]).toEqual([status, 'UNAUTHORIZED'])
  expect(response.headers.get('www-authenticate')).toMatch(/^Bearer /)
})

test('the token is let in', async () => {
  expect((await withToken('Bearer s3cret')).status).toBe(200)
})

test('health is open, also where a token is asked for', async () => {
  expect((await withToken(undefined, '/health')).status).toBe(200)
})

test('whether a route exists is not told without the token', async () => {
  expect((await withToken(undefined, '/nothing')).status).toBe(401)
})

test.each([
  ['http://localhost:4040/flags', 200],
  ['http://localhost.evil.example/flags', 421],
  ['http://evil.example/flags', 421],
])('with known hosts a request to %s is %i', async (url, status) => {
  const api = apiWith({}, { hosts: ['localhost'] })
  expect((await api.request(url)).status).toBe(status)
})

test('no origin is allowed to read answers', async () => {
  const response = await apiWith().request('/flags', { headers: { origin: 'https://example.com' } })
  expect(response.headers.get('access-control-allow-origin')).toBeNull()
})

test('an error that nobody expects is 500, which says nothing of it, and is told of', async () => {
  const told: unknown[] = []
  const secret = new Error('password=hunter2')
  const status = async () => {
    throw secret
  }
  const api = apiWith({ status }, { onError: (error, request) => told.push([error, request]) })
  const response = await api.request('/runs/a')
  const text = await response.text()
  expect(response.status).toBe(500)
  expect(text).not.toMatch(/hunter2|\bat /)
  expect(JSON.parse(text).error.code).toBe('INTERNAL')
  expect(told).toEqual([[secret, { method: 'GET', path: '/runs/a', runId: 'a' }]])
})

test('process-next goes on when its client has gone', async () => {
  let seen: AbortSignal | undefined
  const client = new AbortController()
  const processNext: Engine['processNext'] = async (_, options) => {
    client.abort()
    seen = options?.signal
    return { state: 'continue' }
  }
  const request = new Request('http://localhost/runs/a/process-next', {
    method: 'POST',
    signal: client.signal,
  })
  await apiWith({ processNext }).request(request)
  expect(seen?.aborted).toBe(false)
})

test('a server that stops begins no invocation', async () => {
  const api = apiWith({}, { signal: AbortSignal.abort() })
  const response = await api.request('/runs/a/process-next', { method: 'POST' })
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
})

test.each([
  ['GET', '/flags', undefined],
  ['GET', '/nothing', 'ROUTE_NOT_FOUND'],
  ['PUT', '/flags', 'METHOD_NOT_ALLOWED'],
  ['POST', '/runs', 'INVALID_BODY'],
  ['POST', '/runs/a/process-next', 'STOPPING'],
  ['GET', '/runs/a/log', 'INTERNAL'],
])('the code of the error that %s %s is answered with is told of', async (method, path, code) => {
  const codes: unknown[] = []
  const log = async () => {
    throw new Error('nobody expects it')
  }
  const api = apiWith({ log }, { signal: AbortSignal.abort(), onRequest: (told) => codes.push(told.code) })
  await api.request(path, { method })
  expect(codes).toEqual([code])
})

test('a request without the token is told of with its code', async () => {
  const codes: unknown[] = []
  await apiWith({}, { token: 's3cret', onRequest: ({ code }) => codes.push(code) }).request('/flags')
  expect(codes).toEqual(['UNAUTHORIZED'])
})

test('health does not wait for ever for a database that does not answer', async () => {
  const clock = { now: () => 0, sleep: async () => {} }
  const api = apiWith({}, { clock, checkDatabase: () => new Promise(() => {}) })
  expect((await api.request('/health')).status).toBe(503)
})

const underApi = (method: string, path: string, options: Partial<ApiOptions> = {}) =>
  apiWith({}, { basePath: '/api', ...options }).request(path, { method })

test.each([
  ['GET', '/api/flags', 200],
  ['GET', '/flags', 404],
  ['GET', '/api/nothing', 404],
  ['PUT', '/api/runs/a', 405],
  ['GET', '/api/runs/a', 200],
])('under a base path %s %s is %i', async (method, path, status) => {
  expect((await underApi(method, path)).status).toBe(status)
})

test.each([
  ['/api/health', 200],
  ['/api/runs/health', 401],
])('under a base path and without the token %s is %i', async (path, status) => {
  expect((await underApi('GET', path, { token: 's3cret' })).status).toBe(status)
})

test('under a base path the place of a new run and the run of a request are named', async () => {
  const runs: unknown[] = []
  const api = apiWith({}, { basePath: '/api', onRequest: ({ runId }) => runs.push(runId) })
  const init = { method: 'POST', body: JSON.stringify({ uploads: UPLOADS }), headers: JSON_TYPE }
  const created = await api.request('/api/runs', init)
  await api.request(created.headers.get('location') as string)
  expect([created.headers.get('location'), runs]).toEqual(['/api/runs/a', [undefined, 'a']])
})
