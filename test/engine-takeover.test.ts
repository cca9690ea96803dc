// Cancelling and opening a run again while another process works on it, and errors in the middle of one.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { type Engine, TIER_FLAGS } from '../engine/index.ts'
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

const tiers = [TIER_FLAGS[2], TIER_FLAGS[3]]

async function toTheEnd(engine: Engine, runId: string): Promise<unknown> {
  for (;;) {
    const outcome = await engine.processNext(runId)
    if (outcome.state === 'finished') return outcome.status
    if (outcome.state === 'busy') await world.clock.sleep(1_000)
  }
}

/** The run's counters beside what the tables hold. */
async function counters(runId: string) {
  const { totalItems, completedItems, failedItems } = await world.db.run.findUniqueOrThrow({
    where: { id: runId },
  })
  const count = async (where: object) =>
    (await world.db.upload.count({ where: { runId, ...where } })) +
    (await world.db.runEpic.count({ where: { runId, ...where } })) +
    (await world.db.runStory.count({ where: { runId, ...where } }))
  const held = [await count({}), await count({ status: 'COMPLETED' }), await count({ status: 'FAILED' })]
  return { kept: [totalItems, completedItems, failedItems], held }
}

const cases = tiers.flatMap((flags) =>
  (['skip', 'replace', 'append'] as const).map((existing) => ({ flags, existing })),
)

test.each(cases)(
  'a holder that has not heard of cancel and regenerate writes nothing into what was opened again: %o',
  async ({ flags, existing }) => {
    world = await openEngineWorld(database)
    const [holder, other] = [world.engine({ flags }), world.engine({ flags })]
    const uploads = [...UPLOADS, ...UPLOADS].map((upload, n) => ({ ...upload, filename: `${n}.md` }))
    const runId = await holder.createRun(uploads)
    await world.clock.drive(() =>
      Promise.all([
        holder.processNext(runId),
        (async () => {
          while ((await world.db.story.count()) < 2) await world.clock.sleep(50)
          await other.cancel(runId)
          await other.regenerate(runId, { phase: 'story-generation', existing })
          expect(await toTheEnd(other, runId)).toBe('COMPLETED')
        })(),
      ]),
    )
    const stories = await world.db.story.findMany({ select: { epicId: true, position: true } })
    const places = stories.map(({ epicId, position }) => `${epicId} ${position}`)
    expect(new Set(places).size).toBe(places.length)
    const { kept, held } = await counters(runId)
    expect(kept).toEqual(held)
  },
)

test.each(tiers)(
  'counters are what the tables hold after a cancel and a retry from elsewhere, with an upload that failed',
  async (flags) => {
    world = await openEngineWorld(database, {
      faults: [{ nthRequest: 1, status: 429, errorCode: 'enforced_spend_limit_reached' }],
    })
    const [holder, other] = [world.engine({ flags }), world.engine({ flags })]
    const runId = await holder.createRun(UPLOADS)
    await world.clock.drive(() =>
      Promise.all([
        holder.processNext(runId),
        (async () => {
          while ((await world.db.story.count()) === 0) await world.clock.sleep(50)
          await other.cancel(runId)
          await other.retry(runId)
          expect(await toTheEnd(other, runId)).toBe('COMPLETED')
        })(),
      ]),
    )
    expect(await counters(runId)).toEqual({ kept: [8, 8, 0], held: [8, 8, 0] })
  },
)

test.each(tiers)(
  'a cancel at any moment leaves no item open, the change of phase included',
  async (flags) => {
    world = await openEngineWorld(database)
    const engine = world.engine({ flags })
    const canceller = world.engine({ flags })
    // Cards are written at about 2 s and 4 s: the epics are planned right after.
    for (let at = 3_900; at < 4_300; at += 20) {
      const runId = await engine.createRun(UPLOADS)
      await world.clock.drive(() =>
        Promise.all([
          engine.processNext(runId),
          world.clock.sleep(flags.parallelUploads > 1 ? at - 2_000 : at).then(() => canceller.cancel(runId)),
        ]),
      )
      const open = { runId, status: { in: ['PENDING' as const, 'RESERVED' as const, 'GENERATING' as const] } }
      expect(
        [await world.db.upload.count({ where: open }), await world.db.runEpic.count({ where: open })],
        `${at}`,
      ).toEqual([0, 0])
    }
  },
)

test.each(tiers)(
  'after an error of the database the run is free at once, and nothing is lost',
  async (flags) => {
    let statements = 0
    world = await openEngineWorld(database)
    const $transaction = world.db.$transaction.bind(world.db)
    const glitching = new Proxy(world.db, {
      get(target, name, receiver) {
        if (name !== '$transaction') return Reflect.get(target, name, receiver)
        return (...args: Parameters<typeof $transaction>) => {
          if (++statements === 2) return Promise.reject(new Error('the connection was reset'))
          return $transaction(...args)
        }
      },
    })
    const engine = world.engine({ flags, db: glitching })
    const runId = await engine.createRun(UPLOADS)
    await expect(world.clock.drive(() => engine.processNext(runId))).rejects.toThrow(
      'the connection was reset',
    )
    expect((await engine.status(runId)).status).toBe('PENDING')
    expect(world.events.at(-1)).toMatchObject({
      type: 'invocation-ended',
      outcome: { state: 'broken-off', error: 'the connection was reset' },
    })
    expect(await world.clock.drive(() => toTheEnd(engine, runId))).toBe('COMPLETED')
    expect(await counters(runId)).toEqual({ kept: [8, 8, 0], held: [8, 8, 0] })
  },
)

test('a helper that finds nothing to do waits before it says so', async () => {
  world = await openEngineWorld(database)
  const flags = TIER_FLAGS[2]
  const [holder, helper] = [world.engine({ flags }), world.engine({ flags })]
  const runId = await holder.createRun(UPLOADS.slice(0, 1))
  let asked = 0
  let ended = false
  await world.clock.drive(() =>
    Promise.all([
      holder.processNext(runId).then(() => {
        ended = true
      }),
      (async () => {
        for (; !ended; asked++) await helper.processNext(runId, { join: true })
      })(),
    ]),
  )
  expect(asked).toBeLessThan(20)
})
