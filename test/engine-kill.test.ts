// Processes that are killed with SIGKILL in the middle of a run, and the next one that goes on with it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { DEFAULT_LEASE_MS, TIER_FLAGS, type Tier } from '../engine/index.ts'
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
  world = await openEngineWorld(database)
})
afterEach(async () => {
  await world.close()
  await database.drop()
})

const worker = fileURLToPath(new URL('./engine-killed-worker.ts', import.meta.url))

/** Lets another process work on a run until it kills itself at the nth passing of a place. */
async function workUntilKilled(runId: string, tier: Tier, place: string, nth: number): Promise<void> {
  const args = ['--import', 'tsx', worker, database.url, runId, String(tier), place, String(nth)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [, signal] = await once(child, 'exit')
  expect(signal, `${place} ${nth}`).toBe('SIGKILL')
}

/** What is in the database, counted there, beside what the run's counters say. */
async function whatThereIs(runId: string) {
  const { db } = world
  const where = { runId }
  const { status, totalItems, completedItems } = await db.run.findUniqueOrThrow({ where: { id: runId } })
  const rows = {
    cards: await db.card.count({ where }),
    epics: await db.runEpic.count({ where }),
    stories: await db.story.count({ where }),
    subtasks: await db.subtask.count({ where }),
  }
  return { status, totalItems, completedItems, ...rows }
}
const everything = {
  status: 'COMPLETED',
  totalItems: 8,
  completedItems: 8,
  cards: 6,
  epics: 2,
  stories: 4,
  subtasks: 8,
}

/** Calls, statements inside and outside a transaction, commits, phase changes. */
const places: readonly (readonly [tier: Tier, place: string, nth: number])[] = [
  [2, 'UPDATE Run', 1],
  [2, 'call-started', 3],
  [2, 'INSERT RunEpic', 1],
  [2, 'INSERT Story', 1],
  [2, 'COMMIT', 2],
  [2, 'INSERT Subtask', 2],
  [3, 'call-started', 4],
  [3, 'INSERT RunLog', 6],
  [3, 'COMMIT', 3],
  [3, 'item-ended', 5],
]

test.each(places)(
  'in Tier %i, killed at %s (%i), nothing is lost and nothing doubled',
  async (tier, place, nth) => {
    const engine = world.engine({ flags: TIER_FLAGS[tier] })
    const runId = await engine.createRun(UPLOADS)
    await workUntilKilled(runId, tier, place, nth)
    expect(await engine.processNext(runId)).toEqual({ state: 'busy' })
    await world.clock.sleep(DEFAULT_LEASE_MS)
    const outcome = await world.clock.drive(() => engine.processNext(runId))
    expect(outcome).toEqual({ state: 'finished', status: 'COMPLETED' })
    expect(await whatThereIs(runId)).toEqual(everything)
  },
)

test('without Tier 2 a run whose process was killed is busy for ever', async () => {
  const engine = world.engine({ flags: TIER_FLAGS[1] })
  const runId = await engine.createRun(UPLOADS)
  await workUntilKilled(runId, 1, 'call-started', 3)
  await world.clock.sleep(24 * 3_600_000)
  expect(await engine.processNext(runId)).toEqual({ state: 'busy' })
})

test('without transactions a process killed between results and status doubles them when its claim is taken over', async () => {
  const flags = { ...TIER_FLAGS[2], transactions: false }
  const engine = world.engine({ flags })
  const runId = await engine.createRun(UPLOADS)
  await workUntilKilled(runId, 2, 'INSERT Card', 1)
  await world.clock.sleep(DEFAULT_LEASE_MS)
  await world.clock.drive(() => engine.processNext(runId))
  expect((await whatThereIs(runId)).cards).toBe(9)
})
