import { PrismaPg } from '@prisma/adapter-pg'
import { createClaudeMock } from '../../mocks/index.ts'
import { PrismaClient } from '../../prisma/generated/client.ts'
import { type BenchClock, RealClock, VirtualClock } from '../clock/index.ts'
import { type DatabaseServer, startDatabaseServer } from '../environment/index.ts'
import { openMeasuredDatabase, Recorder } from '../instrument/index.ts'
import { type Group, type GroupResult, type MicroOptions, measureGroup } from './measure-groups.ts'
import { MOCK_HEADERS, mockBody } from './mock-requests.ts'

/** What the parts of the harness cost, each with it and without: on the wall clock. */
export async function measureHarness(options: MicroOptions): Promise<GroupResult[]> {
  const { signal } = options
  const server = await startDatabaseServer({ databaseUrl: process.env.DATABASE_URL || undefined, signal })
  try {
    const results: GroupResult[] = []
    for (const group of [sleeping(), bracketing(), asking(), recording()]) {
      results.push(await measureGroup(group, options))
    }
    results.push(await withDatabase(server, (group) => measureGroup(group, options)))
    return results
  } finally {
    await server.close()
  }
}

/** One repetition is so many of the same: a single one is too short to be timed. */
const TIMES = 100

async function times(work: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < TIMES; i++) await work()
}

function sleeping(): Group {
  const driven = (work: (clock: BenchClock) => Promise<unknown>) => async () => {
    const clock = new VirtualClock()
    await clock.drive(() => work(clock))
    clock.stop(new Error('measured'))
  }
  return {
    name: `clock: ${TIMES} sleeps`,
    variants: [
      {
        name: 'a turn of the event loop each',
        run: () => times(() => new Promise((resolve) => setImmediate(resolve))),
      },
      { name: 'virtual clock', run: driven((clock) => times(() => clock.sleep(1_000))) },
    ],
  }
}

function bracketing(): Group {
  const io = () => new Promise((resolve) => setImmediate(resolve))
  return {
    name: `clock: ${TIMES} brackets around I/O`,
    variants: [
      { name: 'no bracket', run: () => times(io) },
      {
        name: 'virtual clock',
        async run() {
          const clock = new VirtualClock()
          await clock.drive(() => times(() => clock.io('a turn of the event loop', io)))
          clock.stop(new Error('measured'))
        },
      },
    ],
  }
}

function asking(): Group {
  const clock = { now: () => 0, sleep: async () => {} }
  const latency = { firstTokenMs: 1, perThousandInputTokensMs: 0, tokensPerSecond: 1_000_000, sigma: 0 }
  const body = mockBody({ promptKiB: 4, stream: false, prompts: 'same' }, 0)
  const init = { method: 'POST', headers: MOCK_HEADERS, body }
  const url = 'https://api.anthropic.com/v1/messages'
  // Its journal grows with each request: a new one for each repetition.
  let mock = createClaudeMock({ clock, seed: 1, latency, limits: {} })
  let n = 0
  return {
    name: 'mock: one message of 4 KiB',
    variants: [
      {
        name: 'a fixed answer',
        async run() {
          const request = new Request(url, init)
          await request.text()
          await new Response('{}').text()
        },
      },
      {
        name: 'mock',
        prepare: async () => {
          if (++n % 200 === 0) mock = createClaudeMock({ clock, seed: 1, latency, limits: {} })
        },
        run: async () => (await mock.fetch(url, init)).text(),
      },
    ],
  }
}

function recording(): Group {
  const roundTrip = {
    shape: 'INSERT Story',
    rows: 1,
    startMs: 0,
    endMs: 5,
    realMs: 1,
    lockWaitMs: 0,
    inTransaction: false,
    query: { sql: 'INSERT INTO "Story"', args: [], argTypes: [] },
  }
  const fill = async (take: (one: typeof roundTrip) => void) => {
    for (let i = 0; i < TIMES * TIMES; i++) take({ ...roundTrip, startMs: i, endMs: i + 5 })
  }
  let taken = 0
  return {
    name: `recorder: ${TIMES * TIMES} round trips`,
    variants: [
      {
        name: 'counted',
        run: () =>
          fill(({ endMs, startMs }) => {
            taken += endMs - startMs
          }),
      },
      {
        name: 'recorder',
        async run() {
          const recorder = new Recorder(0)
          await fill((one) => recorder.onRoundTrip(one))
          return recorder.roundTrips.length + taken
        },
      },
    ],
  }
}

/** A statement through Prisma's own adapter, and through the instruments on either clock. */
async function withDatabase<T>(server: DatabaseServer, work: (group: Group) => Promise<T>): Promise<T> {
  const database = await server.createDatabase()
  const plain = new PrismaClient({ adapter: new PrismaPg({ connectionString: database.url, max: 2 }) })
  const through = (clock: BenchClock) =>
    openMeasuredDatabase({
      url: database.url,
      clock,
      roundTripMs: 0,
      poolSize: 2,
      onRoundTrip: () => {},
      onPoolWait: () => {},
    })
  const virtualClock = new VirtualClock()
  const [real, virtual] = await Promise.all([through(new RealClock()), through(virtualClock)])
  const read = (db: PrismaClient) => db.run.findUnique({ where: { id: 'none' }, select: { id: true } })
  try {
    return await work({
      name: 'adapter: one statement',
      variants: [
        { name: "Prisma's adapter", run: () => read(plain) },
        { name: 'instrumented, real clock', run: () => read(real.db) },
        {
          name: 'instrumented, virtual clock',
          run: () => virtualClock.drive(() => read(virtual.db)),
        },
      ],
    })
  } finally {
    virtualClock.stop(new Error('measured'))
    await Promise.allSettled([plain.$disconnect(), real.close(), virtual.close()])
    await database.drop()
  }
}
