import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { LATE_MS, PERMIT_MS } from '../engine/claude/permits.ts'
import { POLL_MS } from '../engine/claude/rate-governor.ts'
import { type RateLimitState, unknownLimits } from '../engine/claude/rate-limit-state.ts'
import { rateLimitKey } from '../engine/persistence/rate-limit-row.ts'
import { KEY, openSharedKeyWorld, ROUND_TRIP_MS } from './shared-key-world.ts'

let server: DatabaseServer
let database: Database
let world: Awaited<ReturnType<typeof openSharedKeyWorld>>
beforeAll(async () => {
  server = await startDatabaseServer({})
})
afterAll(() => server.close())
beforeEach(async () => {
  database = await server.createDatabase()
  world = await openSharedKeyWorld(database)
})
afterEach(async () => {
  await world.close()
  await database.drop()
})

const phase = 'card-analysis'
const cost = (inputTokens: number) => ({ inputTokens, outputTokens: 0 })
const headers = (remaining: number) =>
  new Headers({
    'anthropic-ratelimit-tokens-limit': '60000',
    'anthropic-ratelimit-tokens-remaining': String(remaining),
  })
const widen = (state: RateLimitState) => ({
  state: { ...state, window: state.window + 1 },
  result: state.window,
})

async function twoProcesses(window?: number) {
  return [await world.process('one', window), await world.process('two', window)] as const
}

test('of two processes that change the state at once, the one that loses the race does it again', async () => {
  const [one, two] = await twoProcesses()
  await one.store.update(widen)
  one.trips.length = 0
  const seen = await Promise.all([one.store.update(widen), two.store.update(widen)])
  expect(seen.sort()).toEqual([11, 12])
  expect(one.trips.length + two.trips.length).toBe(6)
  expect(await one.db.rateLimitState.findMany({ select: { version: true } })).toEqual([{ version: 3 }])
})

test('of two processes that make the row at once, both have their change in it', async () => {
  const [one, two] = await twoProcesses()
  const seen = await Promise.all([one.store.update(widen), two.store.update(widen)])
  expect(seen.sort()).toEqual([10, 11])
})

test('changes of one process that come while one is under way are made together', async () => {
  const { store, trips } = await world.process('one')
  const seen = await Promise.all([1, 2, 3, 4, 5].map(() => store.update(widen)))
  expect(seen).toEqual([10, 11, 12, 13, 14])
  expect(trips).toHaveLength(4)
})

test('what changes nothing is not written', async () => {
  const { db, store } = await world.process('one')
  await store.update((state) => ({ state, result: undefined }))
  expect(await db.rateLimitState.count()).toBe(0)
})

test('a row that holds no state is named in the error, and refuses those who ask', async () => {
  const { db, governor } = await world.process('one')
  await db.rateLimitState.create({ data: { key: KEY, state: { window: 0 }, updatedAt: new Date(0) } })
  await expect(governor.acquire(cost(1), { phase })).rejects.toThrow(/RateLimitState.*delete the row/)
})

test('the row is found by a hash: the key is not in the database, and each model has its own', async () => {
  const { db, store } = await world.process('one')
  await store.update(widen)
  const row = await db.rateLimitState.findFirstOrThrow()
  expect(row.key).toMatch(/^[0-9a-f]{64}$/)
  expect(JSON.stringify(row)).not.toContain('sk-test')
  expect(rateLimitKey('sk-test', 'other-model')).not.toBe(KEY)
  expect(rateLimitKey('sk-other', 'claude-haiku-4-5')).not.toBe(KEY)
})

test('the row is stamped with the time of the clock', async () => {
  const { db, store } = await world.process('one')
  const from = world.clock.now()
  await store.update(widen)
  expect((await db.rateLimitState.findFirstOrThrow()).updatedAt).toEqual(new Date(from + ROUND_TRIP_MS))
})

test('a reservation of one process is seen by another before any header has come back', async () => {
  const [one, two] = await twoProcesses()
  await one.governor.succeeded(await one.governor.acquire(cost(0), { phase }), cost(0), headers(20_000))
  await one.governor.acquire(cost(19_000), { phase })
  const from = world.clock.now()
  await two.governor.acquire(cost(10_000), { phase })
  // Of 10,500 with the margin 1,000 are there, and 1,000 come in a second.
  expect(world.clock.now() - from).toBeGreaterThan(9_400)
  expect(world.clock.now() - from).toBeLessThan(9_600)
})

test('a 429 that one process meets pauses the other', async () => {
  const [one, two] = await twoProcesses()
  await one.governor.rejected(await one.governor.acquire(cost(1), { phase }), 7_000, undefined)
  const pausedAt = world.clock.now() - ROUND_TRIP_MS
  await two.governor.acquire(cost(1), { phase })
  expect(world.clock.now()).toBe(pausedAt + 7_000 + 2 * ROUND_TRIP_MS)
})

test('a slot that one process gives back is found by the other within a poll', async () => {
  const [one, two] = await twoProcesses(1)
  const held = await one.governor.acquire(cost(1), { phase })
  const waiting = two.governor.acquire(cost(1), { phase })
  await world.clock.sleep(10_000)
  await one.governor.failed(held)
  const freeAt = world.clock.now()
  await waiting
  expect(world.clock.now() - freeAt).toBeLessThan(300)
})

test('the permits of a dead process lapse', async () => {
  const [dead, two] = await twoProcesses(1)
  await dead.governor.acquire(cost(1), { phase })
  await two.governor.acquire(cost(1), { phase })
  expect(world.clock.now()).toBeGreaterThanOrEqual(PERMIT_MS)
  expect(world.clock.now()).toBeLessThanOrEqual(PERMIT_MS + 2 * POLL_MS)
})

test('the place of a dead process in the line lapses', async () => {
  const { store, governor } = await world.process('one', 1)
  const line = [{ process: 'dead', expected: cost(1), expiresAt: LATE_MS }]
  await store.update(() => ({ state: { ...unknownLimits(1), line }, result: undefined }))
  await governor.acquire(cost(1), { phase })
  expect(world.clock.now()).toBeGreaterThanOrEqual(LATE_MS)
  expect(world.clock.now()).toBeLessThanOrEqual(LATE_MS + 2 * POLL_MS)
})

test('a large request of one process goes, though small ones of another come all the time', async () => {
  const [one, two] = await twoProcesses()
  await one.governor.succeeded(await one.governor.acquire(cost(0), { phase }), cost(0), headers(0))
  let done = false
  const large = one.governor.acquire(cost(10_000), { phase }).then(() => {
    done = true
  })
  while (!done) {
    await two.governor.succeeded(await two.governor.acquire(cost(500), { phase }), cost(500), headers(60_000))
  }
  await large
  expect(world.clock.now()).toBeLessThan(15_000)
})

test('a caller that is aborted while its permit is written down leaves none behind', async () => {
  const { db, governor } = await world.process('one')
  const controller = new AbortController()
  const refused = governor.acquire(cost(1), { phase, signal: controller.signal })
  await world.clock.sleep(ROUND_TRIP_MS + 1)
  controller.abort(new Error('over'))
  await expect(refused).rejects.toThrow('over')
  await governor.failed(await governor.acquire(cost(1), { phase }))
  expect(await db.rateLimitState.findFirstOrThrow()).toMatchObject({ state: { permits: [], line: [] } })
})

test('a caller that is aborted while it asks holds up nobody behind it', async () => {
  const { governor } = await world.process('one')
  await governor.succeeded(await governor.acquire(cost(0), { phase }), cost(0), headers(0))
  const from = world.clock.now()
  const controller = new AbortController()
  const refused = governor.acquire(cost(50_000), { phase, signal: controller.signal })
  const small = governor.acquire(cost(1_000), { phase })
  await world.clock.sleep(1)
  controller.abort(new Error('over'))
  await expect(refused).rejects.toThrow('over')
  await small
  expect(world.clock.now() - from).toBeLessThan(1_500)
})

test('a caller that is aborted while it waits leaves its place in the line', async () => {
  const [one, two] = await twoProcesses(1)
  const held = await one.governor.acquire(cost(1), { phase })
  const controller = new AbortController()
  const refused = two.governor.acquire(cost(1), { phase, signal: controller.signal })
  await world.clock.sleep(1_000)
  controller.abort(new Error('over'))
  await expect(refused).rejects.toThrow('over')
  await world.clock.sleep(1_000)
  await one.governor.failed(held)
  expect(one.store.seen.line).toEqual([])
})

test('a call that need not wait costs four round trips: two for its permit and two for its end', async () => {
  const { governor, trips } = await world.process('one')
  await governor.failed(await governor.acquire(cost(1), { phase }))
  trips.length = 0
  const from = world.clock.now()
  await governor.succeeded(await governor.acquire(cost(1), { phase }), cost(1), headers(60_000))
  expect(trips.map(({ shape }) => shape)).toEqual([
    'SELECT RateLimitState',
    'UPDATE RateLimitState',
    'SELECT RateLimitState',
    'UPDATE RateLimitState',
  ])
  expect(world.clock.now() - from).toBe(4 * ROUND_TRIP_MS)
})
