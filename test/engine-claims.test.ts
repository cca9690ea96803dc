import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { LostClaimError, parseFlags, RunNotFoundError, TIER_FLAGS } from '../engine/index.ts'
import { claimItem, endItem, giveBackItem, startItem } from '../engine/persistence/claims.ts'
import { recordItemEnd } from '../engine/persistence/progress.ts'
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

const [naive, , safe] = [TIER_FLAGS[0], TIER_FLAGS[1], TIER_FLAGS[2]]
const at = new Date(0)
const by = (owner: string) => ({
  lease: { owner, expiresAt: new Date(Date.UTC(2030, 0, 1)) },
  generation: 1,
})
const select = { id: true, status: true, version: true, leaseExpiresAt: true, wholeBudgets: true } as const

async function oneUpload() {
  const runId = await world.engine({ flags: safe }).createRun(UPLOADS)
  const upload = await world.db.upload.findFirstOrThrow({ where: { runId, position: 0 }, select })
  return { runId, upload }
}

test('of two that claim the same listed item, compare-and-swap lets one have it', async () => {
  const { upload } = await oneUpload()
  const claims = await Promise.all(
    ['one', 'two'].map((owner) => claimItem(world.db, safe, 'upload', upload, by(owner), 'GENERATING')),
  )
  expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1)
})

test('an invocation from before the run was cancelled or opened again claims nothing', async () => {
  const { runId, upload } = await oneUpload()
  await world.db.run.update({ where: { id: runId }, data: { generation: { increment: 1 } } })
  expect(await claimItem(world.db, safe, 'upload', upload, by('one'), 'GENERATING')).toBeUndefined()
  const current = { ...by('two'), generation: 2 }
  expect(await claimItem(world.db, safe, 'upload', upload, current, 'GENERATING')).toBeDefined()
})

test('an owner that has renewed since the item was listed is not taken over', async () => {
  const { upload } = await oneUpload()
  await claimItem(world.db, safe, 'upload', upload, by('first'), 'GENERATING')
  const listed = await world.db.upload.findUniqueOrThrow({ where: { id: upload.id }, select })
  await world.db.upload.update({
    where: { id: upload.id },
    data: { leaseExpiresAt: new Date(Date.UTC(2031, 0, 1)) },
  })
  expect(await claimItem(world.db, safe, 'upload', listed, by('second'), 'GENERATING')).toBeUndefined()
})

test('of two that claim the same item naively, both have it', async () => {
  const { upload } = await oneUpload()
  const claims = await Promise.all(
    ['one', 'two'].map((owner) => claimItem(world.db, naive, 'upload', upload, by(owner), 'GENERATING')),
  )
  expect(claims.filter((claim) => claim !== undefined)).toHaveLength(2)
})

test('an owner whose item was taken over can neither start, end nor give it back', async () => {
  const { upload } = await oneUpload()
  const first = await claimItem(world.db, safe, 'upload', upload, by('first'), 'RESERVED')
  if (!first) throw new Error('not claimed')
  const listed = await world.db.upload.findUniqueOrThrow({ where: { id: upload.id }, select })
  const second = await claimItem(world.db, safe, 'upload', listed, by('second'), 'RESERVED')
  expect(second).toBeDefined()
  await expect(startItem(world.db, safe, first)).rejects.toThrow(LostClaimError)
  await expect(endItem(world.db, safe, first, { status: 'COMPLETED', at })).rejects.toThrow(LostClaimError)
  await expect(giveBackItem(world.db, safe, first)).rejects.toThrow(LostClaimError)
  const after = await world.db.upload.findUniqueOrThrow({ where: { id: upload.id } })
  expect(after).toMatchObject({ status: 'RESERVED', leaseOwner: 'second' })
})

test('the results of an owner that lost its claim are not written, nor counted, nor logged', async () => {
  const { runId, upload } = await oneUpload()
  const claim = await claimItem(world.db, safe, 'upload', upload, by('first'), 'GENERATING')
  if (!claim) throw new Error('not claimed')
  await world.db.upload.update({
    where: { id: upload.id },
    data: { version: { increment: 1 }, leaseOwner: 'second' },
  })
  const card = {
    id: 'c',
    runId,
    uploadId: upload.id,
    position: 0,
    title: 't',
    summary: 's',
    kind: 'risk',
    createdAt: at,
  }
  const end = recordItemEnd(world.db, safe, {
    runId,
    claim,
    status: 'COMPLETED',
    at,
    writeResults: async (tx) => {
      await tx.card.createMany({ data: [card] })
      return 'late'
    },
  })
  await expect(end).rejects.toThrow(LostClaimError)
  expect(await world.db.card.count()).toBe(0)
  expect(await world.db.runLog.count()).toBe(0)
  expect(await world.db.run.findUniqueOrThrow({ where: { id: runId } })).toMatchObject({ completedItems: 0 })
})

test('a crash between results and counter leaves all or nothing with transactions, and a part without', async () => {
  for (const flags of [safe, naive]) {
    const runId = await world
      .engine({ flags, newId: (about) => `${flags === safe}:${about}` })
      .createRun(UPLOADS)
    const upload = await world.db.upload.findFirstOrThrow({ where: { runId, position: 0 }, select })
    const claim = await claimItem(world.db, flags, 'upload', upload, by('first'), 'GENERATING')
    if (!claim) throw new Error('not claimed')
    const broken = {
      ...claim,
      id: flags === safe ? claim.id : 'gone',
      version: claim.version + (flags === safe ? 1 : 0),
    }
    const card = {
      id: runId,
      runId,
      uploadId: upload.id,
      position: 0,
      title: 't',
      summary: 's',
      kind: 'risk',
      createdAt: at,
    }
    const end = recordItemEnd(world.db, flags, {
      runId,
      claim: broken,
      status: 'COMPLETED',
      at,
      writeResults: async (tx) => {
        await tx.card.create({ data: card })
        return 'x'
      },
    })
    await expect(end).rejects.toThrow()
    expect(await world.db.card.count({ where: { runId } })).toBe(flags === safe ? 0 : 1)
  }
})

test('while one invocation works on a run another is told that it is busy, and does no harm', async () => {
  const engine = world.engine({ flags: safe })
  const runId = await engine.createRun(UPLOADS)
  const outcomes = await world.clock.drive(() =>
    Promise.all([engine.processNext(runId), engine.processNext(runId)]),
  )
  expect(outcomes.map((outcome) => outcome.state).sort()).toEqual(['busy', 'finished'])
  expect(await world.db.card.count()).toBe(6)
  expect(await engine.processNext(runId)).toEqual({ state: 'finished', status: 'COMPLETED' })
})

test('without compare-and-swap two invocations at once both enter the run, and double its work', async () => {
  const engine = world.engine({ flags: naive })
  const runId = await engine.createRun(UPLOADS)
  const outcomes = await world.clock.drive(() =>
    Promise.allSettled([engine.processNext(runId), engine.processNext(runId)]),
  )
  expect(outcomes.some((outcome) => outcome.status === 'fulfilled' && outcome.value.state === 'busy')).toBe(
    false,
  )
  expect(await world.db.card.count()).toBeGreaterThan(6)
})

test('a run and items of a dead process are taken over when their leases are over, and not before', async () => {
  const engine = world.engine({ flags: safe, budgetMs: 60_000 })
  const runId = await engine.createRun(UPLOADS)
  const dead = { leaseOwner: 'dead', leaseExpiresAt: new Date(world.clock.now() + 90_000) }
  await world.db.run.update({ where: { id: runId }, data: { status: 'RUNNING', ...dead } })
  const { id } = await world.db.upload.findFirstOrThrow({ where: { runId } })
  await world.db.upload.update({ where: { id }, data: { status: 'GENERATING', ...dead } })
  expect(await engine.processNext(runId)).toEqual({ state: 'busy' })
  await world.clock.sleep(90_000)
  const outcome = await world.clock.drive(() => engine.processNext(runId))
  expect(outcome).toEqual({ state: 'finished', status: 'COMPLETED' })
  expect(await world.db.card.count()).toBe(6)
})

test('without leases a run of a dead process stays busy for ever', async () => {
  const engine = world.engine({ flags: naive })
  const runId = await engine.createRun(UPLOADS)
  await world.db.run.update({ where: { id: runId }, data: { status: 'RUNNING' } })
  await world.clock.sleep(365 * 24 * 3_600_000)
  expect(await engine.processNext(runId)).toEqual({ state: 'busy' })
})

test('a run that does not exist is named', async () => {
  await expect(world.engine({ flags: safe }).processNext('nobody')).rejects.toThrow(RunNotFoundError)
})

test.each(['batchWrites', 'optimisticLocking', 'transactions'])(
  'the run is stamped with its flags: %s',
  async (text) => {
    const flags = parseFlags(text)
    const runId = await world.engine({ flags }).createRun(UPLOADS)
    expect((await world.db.run.findUniqueOrThrow({ where: { id: runId } })).flags).toEqual(flags)
  },
)
