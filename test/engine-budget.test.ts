import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { type Engine, parseFlags, TIER_FLAGS } from '../engine/index.ts'
import { openEngineWorld, UPLOADS } from './engine-world.ts'

let server: DatabaseServer
let database: Database
beforeAll(async () => {
  server = await startDatabaseServer({})
})
afterAll(() => server.close())
beforeEach(async () => {
  database = await server.createDatabase()
})
afterEach(() => database.drop())

/** Continues until the run has ended. @returns how long each invocation took, ms */
async function toTheEnd(engine: Engine, runId: string, now: () => number, most = 100): Promise<number[]> {
  const took: number[] = []
  while (took.length < most) {
    const from = now()
    const outcome = await engine.processNext(runId)
    took.push(now() - from)
    if (outcome.state === 'finished') return took
    expect(outcome).toEqual({ state: 'continue' })
  }
  throw new Error(`not finished after ${most} invocations`)
}

const flagSets = [TIER_FLAGS[0], TIER_FLAGS[2], TIER_FLAGS[3]]

test.each(flagSets)(
  'short budgets give many invocations, none too long, and the output of one',
  async (flags) => {
    const outputs: unknown[] = []
    for (const budgetMs of [600_000, 8_000]) {
      const own = await server.createDatabase()
      const world = await openEngineWorld(own)
      const engine = world.engine({ flags, budgetMs })
      const runId = await engine.createRun(UPLOADS)
      const took = await world.clock.drive(() => toTheEnd(engine, runId, () => world.clock.now()))
      expect(Math.max(...took)).toBeLessThanOrEqual(budgetMs)
      if (budgetMs === 8_000) expect(took.length).toBeGreaterThan(2)
      const orderBy = [{ title: 'asc' as const }, { description: 'asc' as const }]
      outputs.push(await world.db.subtask.findMany({ orderBy, select: { title: true, description: true } }))
      await world.close()
      await own.drop()
    }
    expect(outputs[1]).toEqual(outputs[0])
  },
)

test('a call that outlasts the budget is broken off, handed back, and goes on in the next invocation', async () => {
  const world = await openEngineWorld(database, { faults: [{ nthRequest: 2, status: 500, afterMs: 30_000 }] })
  const engine = world.engine({ flags: TIER_FLAGS[2], budgetMs: 20_000 })
  const runId = await engine.createRun(UPLOADS)
  const took = await world.clock.drive(() => toTheEnd(engine, runId, () => world.clock.now()))
  expect(took[0]).toBeLessThanOrEqual(20_000)
  expect(world.events).toContainEqual(
    expect.objectContaining({ type: 'item-ended', item: 'upload 2', outcome: 'handed-back' }),
  )
  expect(await world.db.card.count()).toBe(6)
  expect(await world.db.run.findUniqueOrThrow({ where: { id: runId } })).toMatchObject({
    status: 'COMPLETED',
    failedItems: 0,
  })
  await world.close()
})

test('an attempt that had a whole budget and did not end is made once more', async () => {
  const world = await openEngineWorld(database, { faults: [{ nthRequest: 1, status: 500, afterMs: 60_000 }] })
  const engine = world.engine({ flags: TIER_FLAGS[2], budgetMs: 20_000 })
  const runId = await engine.createRun(UPLOADS)
  await world.clock.drive(() => toTheEnd(engine, runId, () => world.clock.now()))
  expect(world.events).toContainEqual(
    expect.objectContaining({ type: 'item-ended', item: 'upload 1', outcome: 'handed-back' }),
  )
  expect(await engine.status(runId)).toMatchObject({ status: 'COMPLETED', progress: { failed: 0 } })
  await world.close()
})

test('an item that needs more than a whole budget fails at the second attempt, and the others go on', async () => {
  const slow = { firstTokenMs: 1_000, perThousandInputTokensMs: 0, tokensPerSecond: 100, sigma: 0 }
  const world = await openEngineWorld(database, { latency: { ...slow, perThousandInputTokensMs: 20_000 } })
  const long = { filename: 'long.md', content: 'The ledger is audited. '.repeat(800) }
  const engine = world.engine({ flags: TIER_FLAGS[2], budgetMs: 30_000 })
  const runId = await engine.createRun([...UPLOADS, long])
  const took = await world.clock.drive(() => toTheEnd(engine, runId, () => world.clock.now()))
  expect(Math.max(...took)).toBeLessThanOrEqual(30_000)
  expect(await world.db.upload.findFirstOrThrow({ where: { filename: 'long.md' } })).toMatchObject({
    status: 'FAILED',
    error: 'upload 3: not done within the 30000 ms of an invocation',
  })
  const run = await world.db.run.findUniqueOrThrow({ where: { id: runId } })
  expect(run).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', failedItems: 1 })
  const ends = world.events.filter((event) => event.type === 'item-ended' && event.item === 'upload 3')
  expect(ends).toMatchObject([{ outcome: 'handed-back' }, { outcome: 'failed' }])
  await engine.retry(runId)
  expect(await world.db.upload.findFirstOrThrow({ where: { filename: 'long.md' } })).toMatchObject({
    status: 'PENDING',
    wholeBudgets: 0,
  })
  await world.close()
})

test('a document that is larger than the token bucket fails with that reason, not by waiting', async () => {
  const world = await openEngineWorld(database, { limits: { tokensPerMinute: 3_000 } })
  const large = { filename: 'large.md', content: 'The ledger is audited every quarter. '.repeat(900) }
  const engine = world.engine({ flags: TIER_FLAGS[3] })
  const runId = await engine.createRun([large])
  await world.clock.drive(() => toTheEnd(engine, runId, () => world.clock.now()))
  const { error } = await world.db.upload.findFirstOrThrow({})
  expect(error).toMatch(
    /^upload 1: it asks for about \d+ input tokens, and the limit of 3000 tokens a minute never holds/,
  )
  await world.close()
})

test('waiting for the rate limit does not keep later items from being started', async () => {
  const world = await openEngineWorld(database, { limits: { tokensPerMinute: 1_200 } })
  const engine = world.engine({
    flags: parseFlags('parallelUploads=2,parallelEpics=2', TIER_FLAGS[3]),
    budgetMs: 40_000,
  })
  const runId = await engine.createRun(UPLOADS)
  const took = await world.clock.drive(() => toTheEnd(engine, runId, () => world.clock.now()))
  expect(Math.max(...took)).toBeLessThanOrEqual(40_000)
  expect(await world.db.run.findUniqueOrThrow({ where: { id: runId } })).toMatchObject({
    status: 'COMPLETED',
  })
  await world.close()
})

const slow = { firstTokenMs: 8_000, perThousandInputTokensMs: 0, tokensPerSecond: 200, sigma: 0.05 }
const waits = [
  ['for the rate limit', TIER_FLAGS[3], { limits: { tokensPerMinute: 1_500 } }],
  ['before a retry', TIER_FLAGS[2], { faults: [{ everyNthRequest: 2, status: 429, retryAfterSeconds: 45 }] }],
] as const

test.each(waits)('after a wait %s no attempt is made that cannot end in time', async (_, flags, mock) => {
  const world = await openEngineWorld(database, { latency: slow, ...mock })
  const engine = world.engine({ flags, budgetMs: 60_000 })
  const runId = await engine.createRun(
    [...UPLOADS, ...UPLOADS].map((upload, n) => ({ ...upload, filename: `${n}.md` })),
  )
  const took = await world.clock.drive(() => toTheEnd(engine, runId, () => world.clock.now()))
  expect(Math.max(...took)).toBeLessThanOrEqual(60_000)
  expect(took.length).toBeGreaterThan(2)
  // No answer came to an attempt that was broken off.
  expect(world.events.filter((event) => event.type === 'attempt-ended' && event.status === 0)).toEqual([])
  expect(await engine.status(runId)).toMatchObject({ status: 'COMPLETED', progress: { failed: 0 } })
  await world.close()
})

test('cancelling ends an invocation at once', async () => {
  const world = await openEngineWorld(database)
  const engine = world.engine({ flags: TIER_FLAGS[2] })
  const runId = await engine.createRun(UPLOADS)
  const controller = new AbortController()
  void world.clock.sleep(1_500).then(() => controller.abort(new Error('cancelled')))
  const from = world.clock.now()
  await expect(
    world.clock.drive(() => engine.processNext(runId, { signal: controller.signal })),
  ).rejects.toThrow('cancelled')
  expect(world.clock.now() - from).toBeLessThan(1_600)
  await world.close()
})
