import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { type ApiServer, createApi, serveApi } from '../engine/http/index.ts'
import { type Engine, TIER_FLAGS } from '../engine/index.ts'
import { type EngineInRealTime, openEngineInRealTime } from './engine-in-real-time.ts'
import { UPLOADS } from './engine-world.ts'

let databases: DatabaseServer
let database: Database
let world: EngineInRealTime
/** The one that works, as another process would. */
let worker: Engine
let server: ApiServer
/** How often the API has looked at a run. */
let looks = 0
const stopping = new AbortController()
beforeAll(async () => {
  databases = await startDatabaseServer()
  database = await databases.createDatabase()
  world = openEngineInRealTime(database)
  worker = world.engine()
  const own = world.engine()
  const api = createApi({
    engine: {
      ...own,
      status: (runId) => {
        looks++
        return own.status(runId)
      },
    },
    clock: world.clock,
    flags: TIER_FLAGS[3],
    checkDatabase: async () => {},
    pollMs: 5,
    heartbeatMs: 20,
    signal: stopping.signal,
  })
  server = await serveApi({ fetch: (request) => api.fetch(request), port: 0, clock: world.clock })
})
afterAll(async () => {
  await server.close(1_000)
  await world.close()
  await databases.close()
})

interface SeenEvent {
  readonly id: string
  readonly event: string
  readonly data: { readonly status?: string; readonly line?: string }
}

async function* eventsOf(response: Response): AsyncGenerator<SeenEvent> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true })
    const frames = text.split('\n\n')
    text = frames.pop() as string
    for (const frame of frames.filter((one) => one.includes('data: '))) {
      const fields = Object.fromEntries(frame.split('\n').map((row) => row.split(/: (.*)/s)))
      yield { id: fields.id, event: fields.event, data: JSON.parse(fields.data) }
    }
  }
}

const stream = (runId: string, headers: Record<string, string> = {}, signal?: AbortSignal) =>
  fetch(`${server.url}/runs/${runId}/events`, { headers, ...(signal ? { signal } : {}) })

async function all(response: Response): Promise<SeenEvent[]> {
  const seen: SeenEvent[] = []
  for await (const event of eventsOf(response)) seen.push(event)
  return seen
}

const linesOf = (events: readonly SeenEvent[]) =>
  events.filter(({ event }) => event === 'log').map(({ data }) => data.line)

test('all lines and the end are streamed, whichever engine does the work', async () => {
  const runId = await worker.createRun(UPLOADS)
  const response = await stream(runId)
  const [events] = await Promise.all([all(response), worker.processNext(runId)])
  const log = await worker.log(runId)
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  expect(linesOf(events).sort()).toEqual(log.lines.map(({ line }) => line).sort())
  expect(events.at(-1)).toEqual({ id: '16', event: 'end', data: { status: 'COMPLETED' } })
})

test('Last-Event-ID resumes where a stream was broken off', async () => {
  const runId = await worker.createRun(UPLOADS)
  await worker.processNext(runId)
  const whole = await all(await stream(runId))
  const rest = await all(await stream(runId, { 'last-event-id': whole[4]?.id as string }))
  expect(linesOf(rest)).toEqual(linesOf(whole).slice(5))
})

test('who has seen the end and asks again gets 204, on which an EventSource stops', async () => {
  const runId = await worker.createRun(UPLOADS)
  await worker.processNext(runId)
  expect((await stream(runId, { 'last-event-id': '16' })).status).toBe(204)
})

test('a run that is opened again is streamed again', async () => {
  const runId = await worker.createRun(UPLOADS)
  await worker.processNext(runId)
  await worker.regenerate(runId, { phase: 'subtask-generation', existing: 'skip' })
  const response = await stream(runId, { 'last-event-id': '16' })
  const [events] = await Promise.all([all(response), worker.processNext(runId)])
  expect(linesOf(events)).toContain('story 1.1: kept what was there')
})

test('a cancelled run ends its stream', async () => {
  const runId = await worker.createRun(UPLOADS)
  const response = await stream(runId)
  await worker.cancel(runId)
  expect((await all(response)).at(-1)?.data).toEqual({ status: 'CANCELLED' })
})

test('when a client has closed its connection, its run is not looked at any more', async () => {
  const runId = await worker.createRun(UPLOADS)
  const client = new AbortController()
  const events = eventsOf(await stream(runId, {}, client.signal))
  await events.next()
  client.abort()
  await expect(events.next()).rejects.toThrow()
  const other = await worker.createRun(UPLOADS)
  await worker.processNext(other)
  // A stream of another run is long enough for a loop left behind to look again, and again.
  await all(await stream(other))
  const before = looks
  for (let round = 0; round < 20; round++) await world.db.$queryRaw`SELECT pg_sleep(0.005)::text`
  expect(looks).toBe(before)
})

test('a server that stops ends its streams', async () => {
  const runId = await worker.createRun(UPLOADS)
  const response = await stream(runId)
  stopping.abort(new Error('the server stops'))
  expect((await all(response)).map(({ event }) => event)).not.toContain('end')
})
