// Leases: renewed while work goes on, lost when it does not; and several processes on one run.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { TIER_FLAGS } from '../engine/index.ts'
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
/** Answers that take 30 s: longer than the leases of these tests. */
const slow = {
  latency: { firstTokenMs: 30_000, perThousandInputTokensMs: 0, tokensPerSecond: 1_000, sigma: 0 },
}

test('a lease shorter than a call is renewed while the call is under way', async () => {
  world = await openEngineWorld(database, slow)
  const leaseMs = 6_000
  const [holder, other] = [world.engine({ flags: safe, leaseMs }), world.engine({ flags: safe, leaseMs })]
  const runId = await holder.createRun(UPLOADS)
  const outcomes: unknown[] = []
  await world.clock.drive(() =>
    Promise.all([
      holder.processNext(runId),
      (async () => {
        for (let looked = 0; looked < 20; looked++) {
          await world.clock.sleep(5_000)
          outcomes.push(await other.processNext(runId))
        }
      })(),
    ]),
  )
  expect(outcomes).toEqual(Array(20).fill({ state: 'busy' }))
  expect(await world.db.card.count()).toBe(6)
})

test('an invocation whose run was taken over stops at its next renewal, and what it has is not written', async () => {
  world = await openEngineWorld(database, slow)
  const engine = world.engine({ flags: safe, leaseMs: 6_000 })
  const runId = await engine.createRun(UPLOADS)
  const from = world.clock.now()
  const [outcome] = await world.clock.drive(() =>
    Promise.all([
      engine.processNext(runId),
      world.clock.sleep(1_000).then(() =>
        world.db.run.update({
          where: { id: runId },
          data: { leaseOwner: 'other', version: { increment: 1 } },
        }),
      ),
    ]),
  )
  expect(outcome).toEqual({ state: 'busy' })
  expect(world.clock.now() - from).toBeLessThan(3_000)
  expect(await world.db.card.count()).toBe(0)
  // Its item is free at once, without waiting for the lease.
  expect(await world.db.upload.count({ where: { status: 'PENDING' } })).toBe(2)
})

/** From now on the database refuses to renew the lease of a run. */
async function refuseRenewals(): Promise<void> {
  await world.db.$executeRaw`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'refused'; END $$`
  await world.db.$executeRaw`CREATE TRIGGER refuse BEFORE UPDATE OF "leaseExpiresAt" ON "Run" FOR EACH ROW
    WHEN (OLD."leaseOwner" = NEW."leaseOwner") EXECUTE FUNCTION refuse()`
}

test('an invocation that cannot renew its lease stops when the lease is over, and gives its item back', async () => {
  world = await openEngineWorld(database, slow)
  const engine = world.engine({ flags: safe, leaseMs: 6_000 })
  const runId = await engine.createRun(UPLOADS)
  await refuseRenewals()
  const from = world.clock.now()
  expect(await world.clock.drive(() => engine.processNext(runId))).toEqual({ state: 'busy' })
  expect(world.clock.now() - from).toBeGreaterThanOrEqual(6_000)
  expect(world.clock.now() - from).toBeLessThan(9_000)
  expect(await world.db.upload.count({ where: { status: 'PENDING' } })).toBe(2)
})

test('an invocation whose database is away for less than a lease goes on', async () => {
  world = await openEngineWorld(database, slow)
  const engine = world.engine({ flags: safe, leaseMs: 6_000 })
  const runId = await engine.createRun(UPLOADS)
  await refuseRenewals()
  const [outcome] = await world.clock.drive(() =>
    Promise.all([
      engine.processNext(runId),
      world.clock.sleep(3_000).then(() => world.db.$executeRaw`DROP TRIGGER refuse ON "Run"`),
    ]),
  )
  expect(outcome).toEqual({ state: 'finished', status: 'COMPLETED' })
})

test('several processes work on one run: faster than one, each item once, and the same output', async () => {
  const outputs: unknown[] = []
  const took: number[] = []
  for (const helpers of [0, 2]) {
    const own = await server.createDatabase()
    world = await openEngineWorld(own)
    const uploads = [...UPLOADS, ...UPLOADS, ...UPLOADS].map((upload, n) => ({
      ...upload,
      filename: `${n}.md`,
    }))
    const engines = [0, 1, 2].map(() => world.engine({ flags: safe }))
    const [holder, ...others] = engines
    if (!holder) throw new Error('no engine')
    const runId = await holder.createRun(uploads)
    const from = world.clock.now()
    let ended = false
    await world.clock.drive(() =>
      Promise.all([
        holder.processNext(runId).then(() => {
          took.push(world.clock.now() - from)
          ended = true
        }),
        ...others.slice(0, helpers).map(async (helper) => {
          while (!ended) {
            await world.clock.sleep(500)
            const outcome = await helper.processNext(runId, { join: true })
            expect(['helped', 'finished']).toContain(outcome.state)
          }
        }),
      ]),
    )
    const started = world.events.filter((event) => event.type === 'call-started').map((event) => event.item)
    expect(new Set(started).size).toBe(started.length)
    const { uploads: cards, epics } = await holder.results(runId)
    outputs.push([
      cards.map((upload) => upload.cards.map((card) => card.summary)),
      epics.map((epic) => epic.stories.map((story) => story.subtasks.map((subtask) => subtask.description))),
    ])
    expect((await holder.status(runId)).progress).toEqual({ total: 24, completed: 24, failed: 0 })
    if (helpers > 0) {
      const owners = new Set(
        world.events.flatMap((event) => (event.type === 'item-claimed' ? [event.invocation] : [])),
      )
      expect(owners.size).toBeGreaterThan(3)
    } else await world.close()
    if (helpers === 0) await own.drop()
  }
  expect(outputs[1]).toEqual(outputs[0])
  expect(took[1]).toBeLessThan((took[0] ?? 0) / 2)
})

test('the holder waits for the items of a helper, and takes them over when the helper is dead', async () => {
  world = await openEngineWorld(database)
  const engine = world.engine({ flags: parallel })
  const runId = await engine.createRun(UPLOADS)
  const held = { status: 'GENERATING', leaseOwner: 'helper', version: { increment: 1 } } as const
  const { id } = await world.db.upload.findFirstOrThrow({ where: { position: 1 } })
  const leaseExpiresAt = new Date(world.clock.now() + 40_000)
  await world.db.upload.update({ where: { id }, data: { ...held, leaseExpiresAt } })
  const from = world.clock.now()
  expect(await world.clock.drive(() => engine.processNext(runId))).toEqual({
    state: 'finished',
    status: 'COMPLETED',
  })
  const second = world.events.find((event) => event.type === 'item-claimed' && event.item === 'upload 2')
  expect((second?.at ?? 0) - from).toBeGreaterThanOrEqual(40_000)
  expect(await world.db.card.count()).toBe(6)
})

test('an item whose call outlasts its lease is not taken over while its owner is alive', async () => {
  world = await openEngineWorld(database, slow)
  const [holder, helper] = [1, 2].map(() => world.engine({ flags: safe, leaseMs: 6_000 }))
  if (!holder || !helper) throw new Error('no engine')
  const runId = await holder.createRun(UPLOADS)
  await world.clock.drive(() =>
    Promise.all([
      holder.processNext(runId),
      world.clock.sleep(100).then(() => helper.processNext(runId, { join: true })),
    ]),
  )
  const claimed = world.events.filter((event) => event.type === 'item-claimed')
  expect(claimed.map((event) => event.item)).toHaveLength(8)
  expect(world.events.filter((event) => event.type === 'item-ended' && event.outcome === 'lost')).toEqual([])
})

test('without compare-and-swap nobody can help', async () => {
  world = await openEngineWorld(database)
  const engine = world.engine({ flags: naive })
  const runId = await engine.createRun(UPLOADS)
  await world.db.run.update({ where: { id: runId }, data: { status: 'RUNNING' } })
  expect(await engine.processNext(runId, { join: true })).toEqual({ state: 'busy' })
})

test('an invocation that its caller ends gives its items and the run back', async () => {
  world = await openEngineWorld(database)
  const engine = world.engine({ flags: parallel })
  const runId = await engine.createRun(UPLOADS)
  const controller = new AbortController()
  const ended = world.clock.drive(() =>
    Promise.all([
      expect(engine.processNext(runId, { signal: controller.signal })).rejects.toThrow('deploy'),
      world.clock.sleep(1_500).then(() => controller.abort(new Error('deploy'))),
    ]),
  )
  await ended
  expect(await world.db.upload.count({ where: { status: 'PENDING', leaseOwner: null } })).toBeGreaterThan(0)
  expect((await engine.status(runId)).status).toBe('PENDING')
  expect(await world.clock.drive(() => engine.processNext(runId))).toEqual({
    state: 'finished',
    status: 'COMPLETED',
  })
  expect(await world.db.card.count()).toBe(6)
})
