// Regeneration: what becomes of the stories and subtasks that are there, and of those added meanwhile (H4).
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { type Engine, type Flags, RunStateError, TIER_FLAGS } from '../engine/index.ts'
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

const [naive, safe] = [TIER_FLAGS[0], TIER_FLAGS[2]]
const both = [naive, safe]
const toTheEnd = (engine: Engine, runId: string) => world.clock.drive(() => engine.processNext(runId))

async function finishedRun(flags: Flags) {
  const engine = world.engine({ flags })
  const runId = await engine.createRun(UPLOADS)
  await toTheEnd(engine, runId)
  return { engine, runId }
}

/** Positions of the stories of each epic, in order. */
const positions = async (runId: string) =>
  (
    await world.db.runEpic.findMany({
      where: { runId },
      orderBy: { position: 'asc' },
      select: { stories: { select: { position: true }, orderBy: { position: 'asc' } } },
    })
  ).map((epic) => epic.stories.map((story) => story.position))

const callsSoFar = () => world.mock.journal.totals.attempts

test.each(both)('skip keeps the stories that are there, and makes no call for them', async (flags) => {
  const { engine, runId } = await finishedRun(flags)
  const { id } = await world.db.runEpic.findFirstOrThrow({ where: { runId, position: 1 } })
  await world.db.story.deleteMany({ where: { epicId: id } })
  const before = await engine.results(runId)
  const calls = callsSoFar()
  await engine.regenerate(runId, { phase: 'story-generation', existing: 'skip' })
  expect(await toTheEnd(engine, runId)).toEqual({ state: 'finished', status: 'COMPLETED' })
  const after = await engine.results(runId)
  expect(after.epics[0]).toEqual(before.epics[0])
  expect(await positions(runId)).toEqual([
    [0, 1],
    [0, 1],
  ])
  // One epic, and the subtasks of its two stories.
  expect(callsSoFar() - calls).toBe(3)
  expect((await engine.status(runId)).progress).toEqual({ total: 8, completed: 8, failed: 0 })
})

test.each(both)(
  'replace writes new stories in the place of those that are there, with their subtasks',
  async (flags) => {
    const { engine, runId } = await finishedRun(flags)
    const before = await world.db.story.findMany({ where: { runId }, select: { id: true } })
    await engine.regenerate(runId, { phase: 'story-generation', existing: 'replace' })
    await toTheEnd(engine, runId)
    expect(await positions(runId)).toEqual([
      [0, 1],
      [0, 1],
    ])
    const kept = await world.db.story.count({ where: { id: { in: before.map((story) => story.id) } } })
    expect([kept, await world.db.subtask.count({ where: { runId } })]).toEqual([0, 8])
    expect((await engine.status(runId)).progress).toEqual({ total: 8, completed: 8, failed: 0 })
  },
)

test.each(both)(
  'append adds new stories behind those that are there, which keep their subtasks',
  async (flags) => {
    const { engine, runId } = await finishedRun(flags)
    const calls = callsSoFar()
    await engine.regenerate(runId, { phase: 'story-generation', existing: 'append' })
    await toTheEnd(engine, runId)
    expect(await positions(runId)).toEqual([
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ])
    expect(await world.db.subtask.count({ where: { runId } })).toBe(16)
    expect(callsSoFar() - calls).toBe(6)
    expect((await engine.status(runId)).progress).toEqual({ total: 12, completed: 12, failed: 0 })
  },
)

test.each(both)('subtasks are regenerated without touching the stories', async (flags) => {
  const { engine, runId } = await finishedRun(flags)
  const stories = await world.db.story.findMany({ where: { runId }, orderBy: { id: 'asc' } })
  await engine.regenerate(runId, { phase: 'subtask-generation', existing: 'append' })
  await toTheEnd(engine, runId)
  expect(await world.db.story.findMany({ where: { runId }, orderBy: { id: 'asc' } })).toEqual(stories)
  expect(await world.db.subtask.count({ where: { runId } })).toBe(16)
  await engine.regenerate(runId, { phase: 'subtask-generation', existing: 'replace' })
  await toTheEnd(engine, runId)
  expect(await world.db.subtask.count({ where: { runId } })).toBe(8)
})

/** Regenerates all stories, while a user adds one by hand to the first epic as its call is under way. */
async function withAStoryAddedMeanwhile(flags: Flags, existing: 'skip' | 'replace' | 'append') {
  const { engine, runId } = await finishedRun(flags)
  const { id: epicId } = await world.db.runEpic.findFirstOrThrow({ where: { runId, position: 0 } })
  await world.db.story.deleteMany({ where: { epicId } })
  await engine.regenerate(runId, { phase: 'story-generation', existing })
  const byHand = { title: 'By hand', narrative: '', acceptance: [], points: 1, createdAt: new Date(0) }
  await world.clock.drive(() =>
    Promise.all([
      engine.processNext(runId),
      world.clock
        .sleep(500)
        .then(() =>
          world.db.story.create({ data: { ...byHand, id: `by-hand-${runId}`, runId, epicId, position: 0 } }),
        ),
    ]),
  )
  return (await positions(runId))[0]
}

test('with transactions the decision sees a story that was added while the call was under way', async () => {
  expect(await withAStoryAddedMeanwhile(safe, 'skip')).toEqual([0])
  expect(await withAStoryAddedMeanwhile(safe, 'replace')).toEqual([0, 1])
  expect(await withAStoryAddedMeanwhile(safe, 'append')).toEqual([0, 1, 2])
})

test('without them it is made on a stale count: stories are doubled, and positions taken twice', async () => {
  expect(await withAStoryAddedMeanwhile(naive, 'skip')).toEqual([0, 0, 1])
  expect(await withAStoryAddedMeanwhile(naive, 'replace')).toEqual([0, 0, 1])
  expect(await withAStoryAddedMeanwhile(naive, 'append')).toEqual([0, 0, 1])
})

test('a story cannot be added between the count and the writing', async () => {
  const { engine, runId } = await finishedRun(safe)
  const { id: epicId } = await world.db.runEpic.findFirstOrThrow({ where: { runId, position: 0 } })
  const { lockHolding } = await import('../engine/persistence/existing.ts')
  const order: string[] = []
  const byHand = { title: 'By hand', narrative: '', acceptance: [], points: 1, createdAt: new Date(0) }
  await world.clock.drive(() =>
    Promise.all([
      world.db.$transaction(
        async (tx) => {
          expect((await lockHolding(tx, { kind: 'epic', id: epicId })).count).toBe(2)
          await world.clock.sleep(1_000)
          order.push('counted')
        },
        { timeout: 60_000 },
      ),
      world.clock
        .sleep(100)
        .then(() => world.db.story.create({ data: { ...byHand, id: 'by-hand', runId, epicId, position: 2 } }))
        .then(() => order.push('added')),
    ]),
  )
  expect(order).toEqual(['counted', 'added'])
  expect((await engine.results(runId)).epics[0]?.stories).toHaveLength(3)
})

test('what has not ended, or has no such items, cannot be regenerated', async () => {
  const engine = world.engine({ flags: safe })
  const runId = await engine.createRun(UPLOADS)
  const stories = { phase: 'story-generation', existing: 'replace' } as const
  await expect(engine.regenerate(runId, stories)).rejects.toThrow(RunStateError)
  await engine.cancel(runId)
  await expect(engine.regenerate(runId, stories)).rejects.toThrow('which has none')
})

test('a retry of an append that was cancelled appends too, and deletes nothing that was there', async () => {
  const { engine, runId } = await finishedRun(safe)
  const before = await world.db.story.findMany({ where: { runId }, select: { id: true } })
  await engine.regenerate(runId, { phase: 'story-generation', existing: 'append' })
  await engine.cancel(runId)
  await engine.retry(runId)
  await toTheEnd(engine, runId)
  const kept = await world.db.story.count({ where: { id: { in: before.map((story) => story.id) } } })
  expect(kept).toBe(4)
  expect(await positions(runId)).toEqual([
    [0, 1, 2, 3],
    [0, 1, 2, 3],
  ])
})

test('a cancelled run whose stories are regenerated does what was cancelled too', async () => {
  const engine = world.engine({ flags: safe, budgetMs: 8_000 })
  const runId = await engine.createRun(UPLOADS)
  while ((await engine.status(runId)).phase !== 'subtask-generation') await toTheEnd(engine, runId)
  await engine.cancel(runId)
  await engine.regenerate(runId, { phase: 'story-generation', existing: 'append' })
  await world.clock.drive(async () => {
    while ((await engine.processNext(runId)).state === 'continue');
  })
  expect(await engine.status(runId)).toMatchObject({
    status: 'COMPLETED',
    progress: { total: 12, completed: 12, failed: 0 },
  })
})

test('what was to be kept is not replaced by a later regeneration with another choice', async () => {
  const { engine, runId } = await finishedRun(safe)
  await engine.regenerate(runId, { phase: 'story-generation', existing: 'append' })
  await engine.cancel(runId)
  const subtasks = { phase: 'subtask-generation', existing: 'replace' } as const
  await expect(engine.regenerate(runId, subtasks)).rejects.toThrow(
    'retry it first, or regenerate with append',
  )
  await engine.retry(runId)
  await toTheEnd(engine, runId)
  expect(await positions(runId)).toEqual([
    [0, 1, 2, 3],
    [0, 1, 2, 3],
  ])
  await engine.regenerate(runId, subtasks)
})

test('a document with a NUL character is refused, since no text column takes one', async () => {
  await expect(
    world.engine({ flags: safe }).createRun([{ filename: 'a.md', content: 'a\0b' }]),
  ).rejects.toThrow('expected text without NUL characters, got "a.md" with one')
})
