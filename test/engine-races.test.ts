// Two that write at the same time: what is lost without a flag (H2, H3), and that nothing is with it.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { type Flags, parseFlags, TIER_FLAGS } from '../engine/index.ts'
import { claimItem } from '../engine/persistence/claims.ts'
import { recordItemEnd } from '../engine/persistence/progress.ts'
import { appendLog } from '../engine/persistence/run-log.ts'
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

const at = new Date(0)

/** Two workers end an item each, at the same time. @returns the run's counter */
async function countAfterTwoEnds(flags: Flags): Promise<number> {
  const runId = await world.engine({ flags }).createRun(UPLOADS)
  const uploads = await world.db.upload.findMany({ where: { runId } })
  const claimant = { lease: { owner: 'me', expiresAt: at }, generation: 1 }
  await world.clock.drive(() =>
    Promise.all(
      uploads.map(async (upload) => {
        const claim = await claimItem(world.db, flags, 'upload', upload, claimant, 'GENERATING')
        if (!claim) throw new Error('not claimed')
        const end = { runId, claim, status: 'COMPLETED', at, writeResults: async () => 'done' } as const
        await recordItemEnd(world.db, flags, end)
      }),
    ),
  )
  return (await world.db.run.findUniqueOrThrow({ where: { id: runId } })).completedItems
}

test('of two items that end at the same time both are counted with transactions', async () => {
  expect(await countAfterTwoEnds(parseFlags('transactions,atomicLog'))).toBe(2)
})

test('without them an increment is lost', async () => {
  expect(await countAfterTwoEnds(parseFlags('atomicLog'))).toBe(1)
})

/** Three lines are added at the same time. @returns how many there are */
async function linesAfterThreeAtOnce(flags: Flags): Promise<number> {
  const engine = world.engine({ flags })
  const runId = await engine.createRun(UPLOADS)
  await world.clock.drive(() =>
    Promise.all(['a', 'b', 'c'].map((line) => appendLog(world.db, flags, runId, line, at))),
  )
  return (await engine.log(runId)).lines.length
}

test.each(['concat', 'table'])('lines that are added at the same time are all there: %s', async (how) => {
  expect(await linesAfterThreeAtOnce(parseFlags(`atomicLog=${how}`))).toBe(3)
})

test('without atomicLog all but one of them are lost', async () => {
  expect(await linesAfterThreeAtOnce(TIER_FLAGS[0])).toBe(1)
})
