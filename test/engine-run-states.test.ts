// Cancel, retry and what becomes of a run: each transition of its state machine, from outside.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { type Engine, RunNotFoundError, RunStateError, TIER_FLAGS } from '../engine/index.ts'
import type { ClaudeMockOptions } from '../mocks/index.ts'
import { type EngineWorld, openEngineWorld, UPLOADS } from './engine-world.ts'

let server: DatabaseServer
let database: Database
let world: EngineWorld
beforeAll(async () => {
  server = await startDatabaseServer({})
})
afterAll(() => server.close())
beforeEach(async () => {
  database = await server.createDatabase()
})
afterEach(async () => {
  await world.close()
  await database.drop()
})

const [naive, safe, parallel] = [TIER_FLAGS[0], TIER_FLAGS[2], TIER_FLAGS[3]]
const both = [naive, safe]
const complete = { total: 8, completed: 8, failed: 0 }

async function open(mock: Partial<ClaudeMockOptions> = {}): Promise<void> {
  world = await openEngineWorld(database, mock)
}

const toTheEnd = (engine: Engine, runId: string) => world.clock.drive(() => engine.processNext(runId))

/** These requests, from 1, are refused for good: the spend cap is never retried. */
const refusing = (...nth: number[]): Partial<ClaudeMockOptions> => ({
  faults: nth.map((nthRequest) => ({ nthRequest, status: 429, errorCode: 'enforced_spend_limit_reached' })),
})

test.each(both)(
  'a retry does what failed, and only that: of an upload, with all that follows from it',
  async (flags) => {
    await open(refusing(2))
    const engine = world.engine({ flags })
    const runId = await engine.createRun(UPLOADS)
    expect(await toTheEnd(engine, runId)).toEqual({ state: 'finished', status: 'COMPLETED_WITH_ERRORS' })
    const before = await engine.results(runId)
    expect(before.uploads.map((upload) => upload.status)).toEqual(['COMPLETED', 'FAILED'])
    const requests = world.mock.journal.totals.attempts
    await engine.retry(runId)
    expect(await engine.status(runId)).toMatchObject({
      status: 'PENDING',
      phase: 'card-analysis',
      error: null,
    })
    expect(await toTheEnd(engine, runId)).toEqual({ state: 'finished', status: 'COMPLETED' })
    const after = await engine.results(runId)
    expect(after.epics[0]).toEqual(before.epics[0])
    expect(after.epics).toHaveLength(2)
    expect((await engine.status(runId)).progress).toEqual(complete)
    // One upload, one epic and two stories.
    expect(world.mock.journal.totals.attempts - requests).toBe(4)
  },
)

test.each(both)('a retry of an epic and of a story goes back to the epic', async (flags) => {
  await open(refusing(3, 6))
  const engine = world.engine({ flags })
  const runId = await engine.createRun(UPLOADS)
  await toTheEnd(engine, runId)
  expect((await engine.status(runId)).progress).toEqual({ total: 6, completed: 4, failed: 2 })
  await engine.retry(runId)
  expect(await engine.status(runId)).toMatchObject({
    phase: 'story-generation',
    progress: { total: 4, completed: 3, failed: 0 },
  })
  await toTheEnd(engine, runId)
  expect(await engine.status(runId)).toMatchObject({ status: 'COMPLETED', progress: complete })
})

test('a run of which everything failed is FAILED, and can be retried', async () => {
  await open(refusing(1, 2))
  const engine = world.engine({ flags: safe })
  const runId = await engine.createRun(UPLOADS)
  expect(await toTheEnd(engine, runId)).toEqual({ state: 'finished', status: 'FAILED' })
  await engine.retry(runId)
  expect(await toTheEnd(engine, runId)).toEqual({ state: 'finished', status: 'COMPLETED' })
  expect((await engine.status(runId)).progress).toEqual(complete)
})

test('a run can be retried when it has ended with something to do, and by one at a time', async () => {
  await open(refusing(2))
  const engine = world.engine({ flags: safe })
  const runId = await engine.createRun(UPLOADS)
  await expect(engine.retry(runId)).rejects.toThrow(RunStateError)
  await toTheEnd(engine, runId)
  const retries = await world.clock.drive(() =>
    Promise.allSettled([engine.retry(runId), engine.retry(runId)]),
  )
  expect(retries.map((retry) => retry.status).sort()).toEqual(['fulfilled', 'rejected'])
  await toTheEnd(engine, runId)
  expect((await engine.status(runId)).progress).toEqual(complete)
  await expect(engine.retry(runId)).rejects.toThrow('which has none')
  await expect(engine.retry('nobody')).rejects.toThrow(RunNotFoundError)
})

test.each([safe, parallel])(
  'cancelling ends the run at once, here and in other processes, and nothing is written after it',
  async (flags) => {
    for (const elsewhere of [false, true]) {
      await open()
      const engine = world.engine({ flags })
      const canceller = elsewhere ? world.engine({ flags }) : engine
      const runId = await engine.createRun(UPLOADS)
      const from = world.clock.now()
      const [outcome, atCancel] = await world.clock.drive(() =>
        Promise.all([
          engine.processNext(runId),
          world.clock.sleep(4_500).then(async () => {
            await canceller.cancel(runId)
            return engine.results(runId)
          }),
        ]),
      )
      expect(outcome).toEqual({ state: 'finished', status: 'CANCELLED' })
      // In another process it is noticed when the lease is renewed next, at the latest.
      expect(world.clock.now() - from).toBeLessThan(elsewhere ? 25_000 : 4_700)
      const after = await engine.results(runId)
      expect(after).toEqual(atCancel)
      expect([...after.uploads, ...after.epics].map((item) => item.status)).toContain('CANCELLED')
      expect(await engine.processNext(runId)).toEqual({ state: 'finished', status: 'CANCELLED' })
      if (!elsewhere) await world.close()
    }
  },
)

test('a cancelled run goes on with a retry, and does only what is missing', async () => {
  await open()
  const engine = world.engine({ flags: safe })
  const runId = await engine.createRun(UPLOADS)
  await engine.cancel(runId)
  await expect(engine.cancel(runId)).rejects.toThrow(RunStateError)
  await engine.retry(runId)
  await world.clock.drive(() =>
    Promise.all([engine.processNext(runId), world.clock.sleep(9_000).then(() => engine.cancel(runId))]),
  )
  const { progress } = await engine.status(runId)
  expect(progress.completed).toBeGreaterThan(0)
  await engine.retry(runId)
  await toTheEnd(engine, runId)
  expect(await engine.status(runId)).toMatchObject({ status: 'COMPLETED', progress: complete })
})

test('without compare-and-swap a cancelled run is written over by the invocation that works on it', async () => {
  await open()
  const [engine, other] = [world.engine({ flags: naive }), world.engine({ flags: naive })]
  const runId = await engine.createRun(UPLOADS)
  await world.clock.drive(() =>
    Promise.all([engine.processNext(runId), world.clock.sleep(2_500).then(() => other.cancel(runId))]),
  )
  expect((await engine.status(runId)).status).not.toBe('CANCELLED')
})

test.each(both)('the log is read in parts, oldest first, whichever way it is kept', async (flags) => {
  await open()
  const engine = world.engine({ flags })
  const runId = await engine.createRun(UPLOADS)
  await toTheEnd(engine, runId)
  const all = await engine.log(runId)
  expect(all.lines.slice(0, 2).map(({ line }) => line)).toEqual(['upload 1: started', 'upload 1: 3 cards'])
  const first = await engine.log(runId, { take: 5 })
  const rest = await engine.log(runId, { after: first.next })
  expect([...first.lines, ...rest.lines]).toEqual(all.lines)
  expect(all.next).toBe(16)
})

test('a run whose uploads cannot be stored is not stored either', async () => {
  await open()
  const unstorable = { filename: 'nul.md', content: '\0' }
  await expect(world.engine({ flags: naive }).createRun([...UPLOADS, unstorable])).rejects.toThrow()
  expect(await world.db.run.count()).toBe(0)
})

test('a run is worked on with the flags that it was created with', async () => {
  await open()
  const runId = await world.engine({ flags: safe }).createRun(UPLOADS, { flags: naive })
  const later = world.engine({ flags: safe })
  await toTheEnd(later, runId)
  expect((await later.status(runId)).flags).toEqual(naive)
  expect(await world.db.runLog.count()).toBe(0)
})
