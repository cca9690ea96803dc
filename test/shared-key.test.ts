import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { type EngineEvent, type EngineOptions, type InvocationOutcome, TIER_FLAGS } from '../engine/index.ts'
import type { RateLimits } from '../mocks/index.ts'
import { openEngineWorld, UPLOADS } from './engine-world.ts'
import { openConnection, ROUND_TRIP_MS } from './shared-key-world.ts'

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

const TOKENS_PER_MINUTE = 12_000
const flags = { ...TIER_FLAGS[3], parallelUploads: 6, parallelEpics: 6 }
const LIMITS: RateLimits = { tokensPerMinute: TOKENS_PER_MINUTE }
const shared = { shared: { key: 'sk-test' } }
const uploads = Array.from({ length: 8 }, (_, n) => ({
  filename: `doc-${n}.md`,
  content: (UPLOADS[0]?.content ?? '').repeat(3 + n),
}))

/** As many processes as asked for, each with a run of its own, at once on one key. */
async function runProcesses(count: number, options: Partial<EngineOptions>, limits = LIMITS) {
  const world = await openEngineWorld(database, { limits })
  const attempts: Extract<EngineEvent, { type: 'attempt-ended' }>[] = []
  const onEvent = (event: EngineEvent) => {
    if (event.type === 'attempt-ended') attempts.push(event)
  }
  const connections = await Promise.all(
    Array.from({ length: count }, () => openConnection(database, world.clock)),
  )
  try {
    const runs: (() => Promise<InvocationOutcome>)[] = []
    for (const { db } of connections) {
      const engine = world.engine({ db, flags, budgetMs: 3_600_000, onEvent, ...options })
      const runId = await engine.createRun(uploads)
      runs.push(() => engine.processNext(runId))
    }
    const from = world.clock.now()
    const outcomes = await world.clock.drive(() => Promise.all(runs.map((run) => run())))
    const statements = connections.flatMap(({ trips }) => trips.map(({ shape }) => shape))
    return {
      ms: world.clock.now() - from,
      completed: outcomes.filter((outcome) => 'status' in outcome && outcome.status === 'COMPLETED').length,
      calls: attempts.filter(({ status }) => status === 200).length,
      rejected: attempts.filter(({ status }) => status === 429).length,
      tokens: attempts.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0),
      roundTrips: statements.filter((statement) => statement.endsWith(' RateLimitState')).length,
    }
  } finally {
    await Promise.all(connections.map(({ close }) => close()))
    await world.close()
  }
}

/** What had to be refilled beyond the full bucket, over what was refilled in the time that it took. */
const efficiency = ({ tokens, ms }: { tokens: number; ms: number }) =>
  (tokens - TOKENS_PER_MINUTE) / ((TOKENS_PER_MINUTE * ms) / 60_000)

test('two processes that share a key meet no 429, use the limit up, and ask the database a few times a call', async () => {
  const run = await runProcesses(2, { governor: shared })
  expect(run).toMatchObject({ completed: 2, calls: 64, rejected: 0 })
  expect(efficiency(run)).toBeGreaterThan(0.95)
  // The answers that are under way at the end may overdraw the bucket.
  expect(efficiency(run)).toBeLessThan(1.02)
  expect(run.roundTrips / run.calls).toBeLessThan(10)
})

test('two processes on one key that do not share it are refused again and again', async () => {
  const { calls, rejected } = await runProcesses(2, {})
  expect(rejected).toBeGreaterThan(calls / 2)
})

test('of four processes that share a key at most one attempt in a hundred is refused', async () => {
  const run = await runProcesses(4, { governor: shared })
  expect(run.completed).toBe(4)
  expect(run.rejected / (run.calls + run.rejected)).toBeLessThan(0.01)
  expect(efficiency(run)).toBeGreaterThan(0.95)
})

test('where nothing has to wait, sharing makes a call longer by four round trips', async () => {
  const oneByOne = { flags: { ...flags, parallelUploads: 1, parallelEpics: 1 } }
  const alone = await runProcesses(1, oneByOne, {})
  const sharing = await runProcesses(1, { ...oneByOne, governor: shared }, {})
  expect(alone.roundTrips).toBe(0)
  expect(sharing.roundTrips).toBe(4 * sharing.calls)
  expect(sharing.ms - alone.ms).toBeCloseTo(sharing.calls * 4 * ROUND_TRIP_MS, 3)
})

test.each([
  [{ maxConcurrency: 0 }, 'governor.maxConcurrency: expected a whole number from 1, got 0'],
  [{ maxConcurrency: 2.5 }, 'governor.maxConcurrency: expected a whole number from 1, got 2.5'],
  [{ shared: { key: '' } }, 'governor.shared.key: expected an API key, got an empty text'],
])('governor options that cannot be used are refused: %j', async (governor, message) => {
  const world = await openEngineWorld(database)
  expect(() => world.engine({ flags, governor })).toThrow(message)
  await world.close()
})
