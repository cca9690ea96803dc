import { afterEach, expect, test } from 'vitest'
import { ApiClient } from './api-client.ts'
import { LoadRecorder } from './load-recorder.ts'
import { startOnConnections } from './start-on-connections.ts'
import { refusal, type StubReply, type StubService, startStubService } from './stub-service.test-data.ts'
import { useOnce } from './user.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function serve(...replies: StubReply[]): Promise<StubService> {
  const stub = await startStubService(replies)
  closing.push(stub.close)
  return stub
}

interface Users {
  readonly connections: number
  readonly mostRuns: number
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

async function useConnections(
  services: readonly string[],
  { connections, mostRuns, timeoutMs = 5_000, signal = new AbortController().signal }: Users,
) {
  const recorder = new LoadRecorder(1_000, null)
  const now = () => performance.now()
  const client = new ApiClient({ services: () => services, recorder, timeoutMs, now })
  closing.push(() => void client.close())
  const created = { ids: new Set<string>(), unanswered: 0 }
  const flow = { recorder, timeScale: 1_000, dispatch: 'process-next', created, pauseMs: 1, now } as const
  const user = { ...flow, client, signal }
  const bodyOf = () => '{}'
  const run = (_arrival: unknown, _n: number, meantAt: number) => useOnce(user, bodyOf(), meantAt)
  const options = { recorder, signal, now, mostRuns, run, user, bodyOf, services, timeoutMs }
  const driven = await startOnConnections({ connections, untilMs: 60_000 }, options)
  const { runs, routes, errors } = recorder.result
  return {
    driven,
    runs,
    created,
    requests: Object.fromEntries(routes.map(({ route, requests }) => [route, requests])),
    errors: errors.map(({ kind, count, retryable }) => [kind, count, retryable]),
  }
}

test('each connection is a user, who starts again at the end until as many runs are done as were asked for', async () => {
  const service = await serve([200, { state: 'continue' }], [200, { state: 'continue' }])
  const { runs, requests, driven } = await useConnections([service.url], { connections: 3, mostRuns: 20 })
  expect(driven).toEqual({ connections: 3, changedOver: 0 })
  expect(runs).toMatchObject({ offered: 20, started: 20, completed: 20 })
  expect(requests).toEqual({ 'POST /runs': 20, 'POST /runs/:id/process-next': 22, 'GET /runs/:id': 20 })
  expect(service.requests).toHaveLength(62)
  expect(service.connections()).toBe(3)
})

test('there are no more connections than runs', async () => {
  const service = await serve()
  const { runs } = await useConnections([service.url], { connections: 8, mostRuns: 2 })
  expect([runs.completed, service.connections()]).toEqual([2, 2])
})

test('connections are spread over the services', async () => {
  const services = await Promise.all([serve(), serve()])
  const urls = services.map(({ url }) => url)
  await useConnections(urls, { connections: 4, mostRuns: 4 })
  expect(services.map((service) => service.connections())).toEqual([2, 2])
})

test('a user who is told to wait goes on with the same run after it, on another connection', async () => {
  const service = await serve([409, refusal('RUN_BUSY')], [503, refusal('STOPPING')])
  const { runs, errors, driven } = await useConnections([service.url], { connections: 2, mostRuns: 3 })
  expect(runs.completed).toBe(3)
  expect(driven).toMatchObject({ connections: 2 })
  expect(driven.changedOver).toBeGreaterThan(0)
  expect(service.connections()).toBeGreaterThan(1)
  expect(service.requests.filter((request) => request === 'POST /runs')).toHaveLength(3)
  expect(errors).toEqual([
    ['409 RUN_BUSY', 1, true],
    ['503 STOPPING', 1, true],
  ])
})

test('a connection that breaks loses no run', async () => {
  const service = await serve('reset')
  const { runs, errors, created } = await useConnections([service.url], { connections: 1, mostRuns: 2 })
  expect([runs.completed, created.unanswered]).toEqual([2, 0])
  expect(errors).toEqual([['connection reset', 1, true]])
})

test('users of a service that does not listen change over to another', async () => {
  const { url } = await serve()
  const { runs, errors } = await useConnections(['http://127.0.0.1:1', url], { connections: 2, mostRuns: 6 })
  expect(runs.completed).toBe(6)
  expect(errors).toEqual([['connection refused', expect.any(Number), true]])
})

test('who changes over goes where the fewest requests are under way, those on connections among them', async () => {
  const [idle, busy] = [await serve([503, refusal('STOPPING')]), await serve('none')]
  const { signal, abort } = abortable()
  const using = useConnections([idle.url, busy.url], { connections: 2, mostRuns: 6, signal })
  await expect.poll(() => idle.requests.filter((one) => one.startsWith('GET')).length).toBe(5)
  abort()
  expect((await using).runs).toMatchObject({ completed: 5, unfinished: 1 })
  expect(busy.requests).toHaveLength(2)
})

test('an error that no client is meant to repeat ends the run and not its user', async () => {
  const service = await serve([500, refusal('INTERNAL')])
  const { runs } = await useConnections([service.url], { connections: 1, mostRuns: 2 })
  expect(runs).toMatchObject({ errored: 1, completed: 1 })
})

test('what is not answered in time is asked again', async () => {
  const service = await serve('none')
  const { runs, errors } = await useConnections([service.url], {
    connections: 1,
    mostRuns: 1,
    timeoutMs: 1_000,
  })
  expect([runs.completed, errors]).toEqual([1, [['timeout', 1, false]]])
})

test('when the time is over, runs under way are unfinished', async () => {
  const service = await serve('none', 'none')
  const { signal, abort } = abortable()
  const using = useConnections([service.url], { connections: 2, mostRuns: 10, signal })
  await expect.poll(() => service.requests.length).toBe(4)
  abort()
  const { runs, requests } = await using
  expect(runs).toMatchObject({ started: 2, unfinished: 2 })
  expect(requests).toEqual({ 'POST /runs': 2, 'POST /runs/:id/process-next': 2 })
})

function abortable() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort(new Error('over')) }
}
