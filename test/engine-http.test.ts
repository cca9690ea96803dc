import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import {
  type AnsweredRequest,
  createApi,
  errorBodySchema,
  logPageSchema,
  outcomeSchema,
  runResultsSchema,
  runSummarySchema,
} from '../engine/http/index.ts'
import { type Engine, TIER_FLAGS } from '../engine/index.ts'
import { type EngineInRealTime, openEngineInRealTime } from './engine-in-real-time.ts'
import { UPLOADS } from './engine-world.ts'

let server: DatabaseServer
let database: Database
let world: EngineInRealTime
let engine: Engine
let api: ReturnType<typeof createApi>
let answered: AnsweredRequest[]
const stop = new AbortController()
beforeAll(async () => {
  server = await startDatabaseServer()
  database = await server.createDatabase()
  world = openEngineInRealTime(database)
  engine = world.engine()
})
afterAll(async () => {
  await world.close()
  await server.close()
})
beforeEach(() => {
  answered = []
  api = open()
})

function open(options: Partial<Parameters<typeof createApi>[0]> = {}) {
  return createApi({
    engine,
    clock: world.clock,
    flags: TIER_FLAGS[3],
    checkDatabase: () => world.db.$queryRaw`SELECT 1`,
    signal: stop.signal,
    onRequest: (request) => answered.push(request),
    ...options,
  })
}

const get = (path: string) => api.request(path)
const post = (path: string, body?: unknown) =>
  api.request(path, {
    method: 'POST',
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })

async function created(body: object = {}): Promise<string> {
  const response = await post('/runs', { uploads: UPLOADS, ...body })
  return ((await response.json()) as { id: string }).id
}

async function finished(): Promise<string> {
  const id = await created()
  await post(`/runs/${id}/process-next`)
  return id
}

const errorOf = async (response: Response) =>
  ((await response.json()) as { error: { code: string; message: string; problems?: unknown[] } }).error

test('POST /runs creates a run and says where it is', async () => {
  const response = await post('/runs', { uploads: UPLOADS })
  const run = (await response.json()) as { id: string }
  expect(response.status).toBe(201)
  expect(response.headers.get('location')).toBe(`/runs/${run.id}`)
  expect(run).toMatchObject({ status: 'PENDING', progress: { total: 2 }, flags: TIER_FLAGS[3] })
})

test('a run has the flags of its tier, changed by its own', async () => {
  const id = await created({ tier: 1, flags: { atomicLog: 'concat' } })
  const run = await engine.status(id)
  expect(run.flags).toEqual({ ...TIER_FLAGS[1], atomicLog: 'concat' })
})

test('flags without a tier change those in force by default', async () => {
  const id = await created({ flags: { parallelEpics: 7 } })
  expect((await engine.status(id)).flags).toEqual({ ...TIER_FLAGS[3], parallelEpics: 7 })
})

test('flags that lose work together are refused with the reason', async () => {
  const response = await post('/runs', { uploads: UPLOADS, tier: 0, flags: { parallelEpics: 2 } })
  expect(response.status).toBe(400)
  expect(await errorOf(response)).toMatchObject({
    code: 'DANGEROUS_FLAGS',
    message: expect.stringContaining('without optimisticLocking'),
  })
})

test('process-next answers with the outcome of the invocation', async () => {
  const id = await created()
  const response = await post(`/runs/${id}/process-next`)
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ state: 'finished', status: 'COMPLETED' })
})

test('process-next of a run that has ended says so again', async () => {
  const id = await finished()
  expect(await (await post(`/runs/${id}/process-next`)).json()).toMatchObject({ state: 'finished' })
})

test('process-next of a run that is worked on is 409 with the outcome and Retry-After', async () => {
  const id = await created()
  await world.db.run.update({
    where: { id },
    data: { status: 'RUNNING', leaseOwner: 'another', leaseExpiresAt: new Date(world.clock.now() + 60_000) },
  })
  const response = await post(`/runs/${id}/process-next`)
  expect(response.status).toBe(409)
  expect(response.headers.get('retry-after')).toBe('5')
  expect(await errorOf(response)).toMatchObject({ code: 'RUN_BUSY', outcome: { state: 'busy' } })
})

test('process-next with join helps where another invocation holds the run', async () => {
  const id = await created()
  await world.db.run.update({
    where: { id },
    data: { status: 'RUNNING', leaseOwner: 'another', leaseExpiresAt: new Date(world.clock.now() + 60_000) },
  })
  expect(await (await post(`/runs/${id}/process-next`, { join: true })).json()).toEqual({ state: 'helped' })
})

test('GET /runs/:id is the status with progress', async () => {
  const id = await finished()
  expect(await (await get(`/runs/${id}`)).json()).toMatchObject({
    id,
    status: 'COMPLETED',
    progress: { total: 8, completed: 8, failed: 0 },
    finishedAt: expect.stringMatching(/^\d{4}-/),
  })
})

test('GET /runs/:id/log gives pages that follow each other', async () => {
  const id = await finished()
  const page = async (after: number, take: number) =>
    (await (await get(`/runs/${id}/log?after=${after}&take=${take}`)).json()) as {
      lines: unknown[]
      next: number
    }
  const whole = await page(0, 1_000)
  const first = await page(0, 5)
  const rest = await page(first.next, 1_000)
  expect(whole.lines).toHaveLength(16)
  expect([...first.lines, ...rest.lines]).toEqual(whole.lines)
})

test('GET /runs/:id/results is all that was written', async () => {
  const id = await finished()
  const { uploads, epics } = (await (await get(`/runs/${id}/results`)).json()) as {
    uploads: { cards: unknown[] }[]
    epics: { stories: { subtasks: unknown[] }[] }[]
  }
  expect(uploads.map(({ cards }) => cards.length)).toEqual([3, 3])
  expect(epics.map(({ stories }) => stories.map(({ subtasks }) => subtasks.length))).toEqual([
    [2, 2],
    [2, 2],
  ])
})

test('cancel ends a run, and a second one is refused', async () => {
  const id = await created()
  const [first, second] = [await post(`/runs/${id}/cancel`), await post(`/runs/${id}/cancel`)]
  expect(await first.json()).toMatchObject({ status: 'CANCELLED' })
  expect(second.status).toBe(409)
  expect((await errorOf(second)).code).toBe('RUN_STATE')
})

test('retry opens a cancelled run again, and process-next finishes it', async () => {
  const id = await created()
  await post(`/runs/${id}/cancel`)
  expect(await (await post(`/runs/${id}/retry`)).json()).toMatchObject({ status: 'PENDING' })
  expect(await (await post(`/runs/${id}/process-next`)).json()).toMatchObject({ status: 'COMPLETED' })
})

test('retry of a run of which nothing failed is 409', async () => {
  const id = await finished()
  expect((await post(`/runs/${id}/retry`)).status).toBe(409)
})

test('regenerate opens a phase again, and append adds to what is there', async () => {
  const id = await finished()
  const response = await post(`/runs/${id}/regenerate`, { phase: 'subtask-generation', existing: 'append' })
  expect(response.status).toBe(200)
  await post(`/runs/${id}/process-next`)
  expect(await world.db.subtask.count({ where: { runId: id } })).toBe(16)
})

test('GET /flags are those by default, and those of each tier', async () => {
  expect(await (await get('/flags')).json()).toEqual({ default: TIER_FLAGS[3], tiers: TIER_FLAGS })
})

test('GET /health is 200 where the database answers', async () => {
  const response = await get('/health')
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok', database: 'reachable' }])
})

test('GET /health is 503 where the database does not answer', async () => {
  const other = await server.createDatabase()
  const gone = openEngineInRealTime(other)
  await other.drop()
  api = open({ checkDatabase: () => gone.db.$queryRaw`SELECT 1` })
  const response = await get('/health')
  await gone.close()
  expect([response.status, await response.json()]).toEqual([
    503,
    { status: 'unavailable', database: 'unreachable' },
  ])
})

const ROUTES_OF_A_RUN = [
  ['GET', ''],
  ['GET', '/log'],
  ['GET', '/results'],
  ['GET', '/events'],
  ['POST', '/process-next'],
  ['POST', '/cancel'],
  ['POST', '/retry'],
  ['POST', '/regenerate'],
] as const

test.each(ROUTES_OF_A_RUN)('%s /runs/:id%s of a run that there is not is 404', async (method, path) => {
  const body = path === '/regenerate' ? { phase: 'story-generation', existing: 'skip' } : undefined
  for (const id of ['00000000-0000-4000-8000-000000000000', '%00', '%C3%BC']) {
    const response = await (method === 'GET' ? get(`/runs/${id}${path}`) : post(`/runs/${id}${path}`, body))
    expect(response.status).toBe(404)
    expect((await errorOf(response)).code).toBe('RUN_NOT_FOUND')
  }
})

test('answers are as their schemas say', async () => {
  const id = await created()
  const answers = [
    [outcomeSchema, await post(`/runs/${id}/process-next`)],
    [runSummarySchema, await get(`/runs/${id}`)],
    [logPageSchema, await get(`/runs/${id}/log`)],
    [runResultsSchema, await get(`/runs/${id}/results`)],
    [errorBodySchema, await post(`/runs/${id}/retry`)],
    [errorBodySchema, await post('/runs', {})],
  ] as const
  const problems = await Promise.all(
    answers.map(async ([schema, response]) => schema.safeParse(await response.json()).error?.issues ?? []),
  )
  expect(problems.flat()).toEqual([])
})

test('each request is told of once, with status and run', async () => {
  const id = await created()
  await get(`/runs/${id}`)
  await get('/nothing')
  expect(answered.map(({ path, status, runId }) => [path, status, runId])).toEqual([
    ['/runs', 201, undefined],
    [`/runs/${id}`, 200, id],
    ['/nothing', 404, undefined],
  ])
})

test('a server that stops breaks its invocations off with 503, and their work is handed back', async () => {
  const stopping = new AbortController()
  const working = world.engine({
    onEvent: ({ type }) => {
      if (type === 'call-started') stopping.abort(new Error('the server stops'))
    },
  })
  api = open({ engine: working, signal: stopping.signal })
  const id = await created()
  const response = await post(`/runs/${id}/process-next`)
  expect([response.status, (await errorOf(response)).code]).toEqual([503, 'STOPPING'])
  const run = await world.db.run.findUniqueOrThrow({ where: { id }, include: { uploads: true } })
  expect([run, ...run.uploads].map(({ status }) => status)).toEqual(['PENDING', 'PENDING', 'PENDING'])
})
