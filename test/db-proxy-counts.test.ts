// The proxy and the instruments of the bench count the same thing in different places: the bytes on the
// wire, and the calls of Prisma's driver adapter. They must agree to the digit.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseProxy, startDatabaseProxy, urlThroughProxy } from '../bench/db-proxy/index.ts'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { generateDocuments } from '../bench/run/index.ts'
import { type Flags, TIER_FLAGS } from '../engine/index.ts'
import type { ClaudeMockOptions } from '../mocks/index.ts'
import { SCENARIOS, type Scenario } from '../scenarios/index.ts'
import { AT_ONCE, openEngineInRealTime } from './engine-in-real-time.ts'
import { openEngineWorld } from './engine-world.ts'

const smoke = SCENARIOS.find(({ name }) => name === 'smoke') as Scenario
const { latency, limits, faults = [] } = smoke.claude
const { uploads } = generateDocuments(smoke, 1)
const MODES = [0, 1, 2, 3] as const

let server: DatabaseServer
beforeAll(async () => {
  server = await startDatabaseServer()
})
afterAll(() => server.close())

type Counts = Record<string, number>

const add = (counts: Counts, shape: string) => {
  counts[shape] = (counts[shape] ?? 0) + 1
}

async function throughProxy<T>(
  counted: (application: string) => boolean,
  work: (database: Pick<Database, 'url'>, proxy: DatabaseProxy) => Promise<T>,
): Promise<{ counts: Counts; result: T }> {
  const counts: Counts = {}
  const database = await server.createDatabase()
  const { hostname, port } = new URL(database.url)
  const proxy = await startDatabaseProxy({
    target: { host: hostname, port: Number(port) },
    onRoundTrip: ({ shape }, application) => {
      if (counted(application)) add(counts, shape)
    },
  })
  try {
    const result = await work({ url: urlThroughProxy(database.url, proxy) }, proxy)
    return { counts, result }
  } finally {
    await proxy.close()
    await database.drop()
  }
}

/** A run of the smoke scenario on the virtual clock, counted by the instruments and by the proxy at once. */
async function countedTwice(flags: Flags, mock: Partial<ClaudeMockOptions>) {
  const instrument: Counts = {}
  const { counts: proxy } = await throughProxy(
    // Of the instruments themselves is the connection that looks for locks.
    (application) => application !== 'tierbench-monitor',
    async (database) => {
      const world = await openEngineWorld(database, mock, ({ shape }) => add(instrument, shape))
      const engine = world.engine({ flags, shape: smoke.workload })
      const runId = await engine.createRun(uploads)
      await world.clock.drive(async () => {
        while ((await engine.processNext(runId)).state === 'continue');
      })
      await world.close()
    },
  )
  // Around each statement in a transaction the instruments put these two: they are not the engine's.
  expect(proxy.SAVEPOINT).toBe(proxy.RELEASE)
  delete proxy.SAVEPOINT
  delete proxy.RELEASE
  return { instrument, proxy }
}

test.each(MODES)('the proxy counts the same round trips as the instruments: tier %i', async (tier) => {
  const { instrument, proxy } = await countedTwice(TIER_FLAGS[tier], { latency, limits, faults })
  expect(Object.keys(instrument).length).toBeGreaterThan(5)
  expect(proxy).toEqual(instrument)
})

// At once, so that no lease has to be renewed; and not tier 3, where the order of what is done at once decides.
test.each([0, 2] as const)('without instruments an engine sends what they count: tier %i', async (tier) => {
  const flags = TIER_FLAGS[tier]
  const { instrument } = await countedTwice(flags, { latency: AT_ONCE })
  const { counts, result } = await throughProxy(
    () => true,
    async (database, proxy) => {
      const world = openEngineInRealTime(database)
      const engine = world.engine({ flags, shape: smoke.workload })
      const runId = await engine.createRun(uploads)
      while ((await engine.processNext(runId)).state === 'continue');
      await world.close()
      return proxy.stats.roundTrips
    },
  )
  expect(counts).toEqual(instrument)
  expect(result).toMatchObject({ pipelined: 0, failed: 0, unanswered: 0, underWay: 0 })
})
