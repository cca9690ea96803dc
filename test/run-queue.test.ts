// Invocations as jobs of pg-boss, in the transactions of the engine.
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openRunQueue, type RunQueue } from '../bench/dispatch/index.ts'
import { type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { type Flags, TIER_FLAGS } from '../engine/index.ts'
import { PrismaClient } from '../prisma/generated/client.ts'
import { type EngineInRealTime, openEngineInRealTime } from './engine-in-real-time.ts'
import { UPLOADS } from './engine-world.ts'

let server: DatabaseServer
let world: EngineInRealTime
let pool: pg.Pool
let db: PrismaClient
let queue: RunQueue

const BUDGET_MS = 300_000
const options = (more: { timeScale?: number } = {}) => ({
  db,
  pool,
  budgetMs: BUDGET_MS,
  timeScale: 1,
  supervise: true,
  onError: (error: unknown) => {
    throw error
  },
  ...more,
})

beforeAll(async () => {
  server = await startDatabaseServer({})
  const database = await server.createDatabase()
  world = openEngineInRealTime(database)
  pool = new pg.Pool({ connectionString: database.url, max: 5 })
  db = new PrismaClient({ adapter: new PrismaPg(pool) })
  queue = await openRunQueue(options())
})
afterAll(async () => {
  await queue.close()
  await db.$disconnect()
  await pool.end()
  await world.close()
  await server.close()
})
beforeEach(() => pool.query('TRUNCATE pgboss.job'))

const jobs = async () =>
  (
    await pool.query(
      'SELECT data, state::text, expire_in::text, start_after > now() AS later FROM pgboss.job',
    )
  ).rows

test('a run that is created has a job, which is held for its budget and a tenth', async () => {
  const engine = world.engine({ onRunOpened: queue.send })
  const runId = await engine.createRun(UPLOADS)
  expect(await jobs()).toEqual([
    { data: { runId, brokenOff: 0 }, state: 'created', expire_in: '00:05:30', later: false },
  ])
})

test('a run whose job cannot be sent is not there either', async () => {
  const engine = world.engine({ onRunOpened: () => Promise.reject(new Error('no queue')) })
  const before = await db.run.count()
  await expect(engine.createRun(UPLOADS)).rejects.toThrow('no queue')
  expect(await db.run.count()).toBe(before)
})

test('a run that is rolled back leaves no job', async () => {
  const engine = world.engine({
    async onRunOpened(tx, runId) {
      await queue.send(tx, runId)
      throw new Error('rolled back')
    },
  })
  await expect(engine.createRun(UPLOADS)).rejects.toThrow('rolled back')
  expect(await jobs()).toEqual([])
})

test.each<[string, 2 | 0]>([
  ['a run that is opened again has a job', 2],
  ['without transactions it has one too', 0],
])('%s', async (_, tier) => {
  const engine = world.engine({ onRunOpened: queue.send, flags: TIER_FLAGS[tier] })
  const runId = await engine.createRun(UPLOADS)
  await engine.cancel(runId)
  await pool.query('TRUNCATE pgboss.job')
  await engine.retry(runId)
  expect(await jobs()).toMatchObject([{ data: { runId }, state: 'created' }])
})

test('a reopening that is refused leaves no job', async () => {
  const engine = world.engine({ onRunOpened: queue.send })
  const runId = await engine.createRun(UPLOADS)
  await pool.query('TRUNCATE pgboss.job')
  await expect(engine.retry(runId)).rejects.toThrow('has ended')
  expect(await jobs()).toEqual([])
})

test('a job ends and the next one of its run is there, in one transaction', async () => {
  await queue.send(db, 'a')
  const [job] = await queue.take(5)
  if (!job) throw new Error('expected a job')
  await queue.end(job, { afterMs: 60_000, brokenOff: 2 })
  expect(await jobs()).toMatchObject([
    { state: 'completed' },
    { data: { runId: 'a', brokenOff: 2 }, state: 'created', later: true },
  ])
  expect([await queue.waiting(), await queue.take(5)]).toEqual([1, []])
})

test('an end whose next job cannot be sent has not happened', async () => {
  await queue.send(db, 'a')
  const [job] = await queue.take(1)
  if (!job) throw new Error('expected a job')
  const badlyNamed = { ...job, runId: 'not a text: \0' }
  await expect(queue.end(badlyNamed, {})).rejects.toThrow('queryRawUnsafe')
  expect(await jobs()).toMatchObject([{ state: 'active' }])
})

test('a second job of a run holds up neither it nor the others', async () => {
  await queue.send(db, 'a')
  await queue.take(1)
  for (const runId of ['a', 'b', 'c']) await queue.send(db, runId)
  const taken = [...(await queue.take(2)), ...(await queue.take(2))]
  expect(taken.map(({ runId }) => runId).sort()).toEqual(['a', 'b', 'c'])
})

test('a job that nobody ends expires in the time of the database, and its late end sends nothing', async () => {
  const fast = await openRunQueue({ ...options({ timeScale: 300 }) })
  await fast.send(db, 'a')
  const [job] = await fast.take(1)
  if (!job) throw new Error('expected a job')
  await expect
    .poll(() => jobs(), { timeout: 10_000 })
    .toMatchObject([{ state: 'retry', expire_in: '00:00:01.1' }])
  await fast.end(job, {})
  expect(await jobs()).toHaveLength(1)
  expect(await fast.take(1)).toEqual([job])
  await fast.close()
})

/** A run whose job was taken so long ago, and whose lease is over in so long, s; undefined: nobody holds it. */
async function takenRun(
  agoSeconds: number,
  leaseSeconds: number | undefined,
  { flags = TIER_FLAGS[2] }: { flags?: Flags } = {},
) {
  const runId = await world.engine({ onRunOpened: queue.send, flags }).createRun(UPLOADS)
  const [job] = await queue.take(1)
  if (!job) throw new Error('expected a job')
  await pool.query(`UPDATE pgboss.job SET started_on = now() - interval '${agoSeconds} s'`)
  if (leaseSeconds !== undefined) {
    const leaseExpiresAt = new Date(world.clock.now() + leaseSeconds * 1_000)
    await db.run.update({ where: { id: runId }, data: { status: 'RUNNING', leaseExpiresAt } })
  }
  return job
}
const LEASE_MS = 60_000
const giveBack = (from = queue) => from.giveBackOrphans(world.clock.now(), LEASE_MS)

test.each<[string, number, number | undefined]>([
  ['whose lease is over', 61, -1],
  ['that nobody holds', 61, undefined],
])('the job of a run %s is due again', async (_, agoSeconds, leaseSeconds) => {
  const job = await takenRun(agoSeconds, leaseSeconds)
  expect(await giveBack()).toEqual([job.runId])
  expect(await queue.take(1)).toEqual([job])
})

test.each<[string, number, number, (0 | 2)?]>([
  ['whose run is held', 61, 20],
  ['that was taken a moment ago', 30, -1],
  ['whose run renews no lease', 61, -1, 0],
])('a job %s stays with who took it', async (_, agoSeconds, leaseSeconds, tier = 2) => {
  await takenRun(agoSeconds, leaseSeconds, { flags: TIER_FLAGS[tier] })
  expect(await giveBack()).toEqual([])
  expect(await jobs()).toMatchObject([{ state: 'active' }])
})

test('how long ago a job was taken is counted in the time of the database', async () => {
  const fast = await openRunQueue(options({ timeScale: 10 }))
  const job = await takenRun(30, -1)
  expect(await giveBack(fast)).toEqual([job.runId])
  await fast.close()
})

test('of all that end a job that was given back, one sends the next', async () => {
  const job = await takenRun(61, -1)
  await giveBack()
  await queue.end(job, {})
  expect(await jobs()).toMatchObject([{ state: 'retry' }])
  await queue.take(1)
  await Promise.all([queue.end(job, {}), queue.end(job, {})])
  const states = (await jobs()).map(({ state }) => state)
  expect(states.sort()).toEqual(['completed', 'created'])
})

test('a job that somebody ends at this moment is not waited for, and not given back', async () => {
  await takenRun(61, -1)
  const ending = await pool.connect()
  await ending.query('BEGIN')
  await ending.query("UPDATE pgboss.job SET state = 'completed'")
  const given = await giveBack().finally(() => ending.query('COMMIT').then(() => ending.release()))
  expect([given, await jobs()]).toMatchObject([[], [{ state: 'completed' }]])
})
