import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { ClockStalledError, VirtualClock } from '../bench/clock/index.ts'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { type MeasuredDatabase, openMeasuredDatabase } from '../bench/instrument/index.ts'

let server: DatabaseServer
beforeAll(async () => {
  server = await startDatabaseServer({})
})
afterAll(() => server.close())

let database: Database
let clock: VirtualClock
let measured: MeasuredDatabase
let poolWaits: [number, number][]
let lockWaits: Record<string, number>[]
const open = async (poolSize = 10) => {
  clock = new VirtualClock({ startMs: 0 })
  poolWaits = []
  lockWaits = []
  measured = await openMeasuredDatabase({
    url: database.url,
    clock,
    roundTripMs: 10,
    poolSize,
    onPoolWait: (from, to) => poolWaits.push([from, to]),
    onRoundTrip: ({ shape, lockWaitMs }) => {
      if (lockWaitMs > 0) lockWaits.push({ [shape]: lockWaitMs })
    },
  })
}
beforeEach(async () => {
  database = await server.createDatabase()
  await open()
  const createdAt = new Date(0)
  for (const id of ['a', 'b'])
    await measured.db.run.create({ data: { id, flags: {}, pacing: 'fast', createdAt } })
})
afterEach(async () => {
  await measured.close()
  await database.drop()
})

const options = { timeout: 600_000, maxWait: 600_000 }
const increment = { completedItems: { increment: 1 } }

/** Begins after `delayMs`, updates the rows in order, `holdMs` apart, and commits. */
async function transaction(name: string, delayMs: number, rows: string[], holdMs: number): Promise<string> {
  await clock.sleep(delayMs)
  await measured.db.$transaction(async (tx) => {
    for (const [index, id] of rows.entries()) {
      if (index > 0) await clock.sleep(holdMs)
      await tx.run.update({ where: { id }, data: increment, select: { id: true } })
    }
    await clock.sleep(holdMs)
  }, options)
  return `${name} at ${clock.now()}`
}

test('a statement waits for the row lock of a transaction that sleeps on the clock, and time moves on', async () => {
  const started = clock.now()
  const ends = await clock.drive(() =>
    Promise.all([transaction('first', 0, ['a'], 1_000), transaction('second', 100, ['a'], 500)]),
  )
  // BEGIN 10, UPDATE 10, hold 1000, COMMIT 10: the second's UPDATE, sent at 110, gets its row at 1030.
  expect(ends).toEqual([`first at ${started + 1_030}`, `second at ${started + 1_540}`])
  expect(lockWaits).toEqual([{ 'UPDATE Run': 910 }])
  expect((await measured.db.run.findUniqueOrThrow({ where: { id: 'a' } })).completedItems).toBe(2)
})

test('of many that wait for one row each gets it in the order in which they came', async () => {
  const started = clock.now()
  const names = ['1', '2', '3', '4', '5', '6']
  const order: string[] = []
  await clock.drive(() =>
    Promise.all(names.map(async (name, index) => order.push(await transaction(name, index, ['a'], 100)))),
  )
  const ends = order.map((line) => Number(line.split(' at ')[1]) - started)
  expect(order.map((line) => line[0])).toEqual(names)
  // Each holds the row for 100 and a COMMIT of 10.
  expect(ends).toEqual([130, 240, 350, 460, 570, 680])
})

test.each([1, 2, 3, 4, 5])(
  'a deadlock ends the last to join it with P2034, the same every time (%d)',
  async () => {
    const started = clock.now()
    const [first, second, third] = await clock.drive(() =>
      Promise.allSettled([
        transaction('first', 0, ['a', 'b'], 200),
        transaction('second', 50, ['b', 'a'], 200),
        clock.sleep(1_000).then(() => `third at ${clock.now()}`),
      ]),
    )
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'P2034' } })
    expect(first).toEqual({ status: 'fulfilled', value: `first at ${started + 490}` })
    expect(third).toMatchObject({ status: 'fulfilled' })
  },
)

test('a SELECT that takes a lock waits like any statement, and its transaction goes on', async () => {
  const started = clock.now()
  const locked = (delayMs: number) => async () => {
    await clock.sleep(delayMs)
    await measured.db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT pg_advisory_xact_lock(1)::text`
      await clock.sleep(100)
      await tx.run.update({ where: { id: 'a' }, data: increment, select: { id: true } })
    }, options)
    return clock.now() - started
  }
  // BEGIN 10, SELECT 10, hold 100, UPDATE 10, COMMIT 10; the second gets its lock at 140.
  expect(await clock.drive(() => Promise.all([locked(0)(), locked(50)()]))).toEqual([140, 260])
})

test('savepoints of the user stay theirs', async () => {
  await clock.drive(() =>
    measured.db.$transaction(async (tx) => {
      await tx.run.update({ where: { id: 'a' }, data: increment, select: { id: true } })
      await tx.$executeRaw`SAVEPOINT mine`
      const duplicate = { id: 'b', flags: {}, pacing: 'fast', createdAt: new Date(0) }
      await expect(tx.run.create({ data: duplicate })).rejects.toThrow()
      await tx.$executeRaw`ROLLBACK TO SAVEPOINT mine`
      await tx.run.update({ where: { id: 'a' }, data: increment, select: { id: true } })
      await tx.$executeRaw`RELEASE SAVEPOINT mine`
    }, options),
  )
  expect((await measured.db.run.findUniqueOrThrow({ where: { id: 'a' } })).completedItems).toBe(2)
})

test('a statement that fails inside a transaction ends it, as without the instrument', async () => {
  const failing = clock.drive(() =>
    measured.db.$transaction(async (tx) => {
      const duplicate = { id: 'b', flags: {}, pacing: 'fast', createdAt: new Date(0) }
      await tx.run.create({ data: duplicate }).catch(() => {})
      await tx.run.update({ where: { id: 'a' }, data: increment, select: { id: true } })
    }, options),
  )
  await expect(failing).rejects.toThrow(/25P02|current transaction is aborted/)
})

test('the lock wait of a statement that fails in the end is reported, too', async () => {
  const insert = (delayMs: number) => async () => {
    await clock.sleep(delayMs)
    await measured.db.$transaction(async (tx) => {
      const createdAt = new Date(0)
      await tx.run.create({ data: { id: 'c', flags: {}, pacing: 'fast', createdAt }, select: { id: true } })
      await clock.sleep(200)
    }, options)
  }
  const [first, second] = await clock.drive(() => Promise.allSettled([insert(0)(), insert(50)()]))
  expect([first.status, second.status]).toEqual(['fulfilled', 'rejected'])
  // Sent at 70, and the first has committed at 230.
  expect(lockWaits).toEqual([{ 'INSERT Run': 160 }])
})

test('a serialisation failure surfaces as P2034', async () => {
  const serialisable = { ...options, isolationLevel: 'RepeatableRead' } as const
  const bump = (holdMs: number) =>
    measured.db.$transaction(async (tx) => {
      const { completedItems } = await tx.run.findUniqueOrThrow({ where: { id: 'a' } })
      await clock.sleep(holdMs)
      await tx.run.update({ where: { id: 'a' }, data: { completedItems: completedItems + 1 } })
    }, serialisable)
  const [fast, slow] = await clock.drive(() => Promise.allSettled([bump(10), bump(500)]))
  expect(fast.status).toBe('fulfilled')
  expect(slow).toMatchObject({ status: 'rejected', reason: { code: 'P2034' } })
})

test('a lock that somebody else holds for ever fails the run within 5 s and says who holds it', async () => {
  const other = new pg.Client({ connectionString: database.url })
  await other.connect()
  try {
    await other.query(`BEGIN; UPDATE "Run" SET "failedItems" = 1 WHERE id = 'a'`)
    const started = performance.now()
    const run = clock.drive(() => transaction('stuck', 0, ['a'], 1))
    await expect(run).rejects.toThrow(
      /got one held by backend \d+ of somebody else: nothing on the clock releases it/,
    )
    expect(performance.now() - started).toBeLessThan(5_000)
  } finally {
    await other.end()
  }
})

test('a lock that the run itself never releases fails it, although other tasks go on', async () => {
  let over = false
  const run = clock.drive(async () => {
    const holder = measured.db.$transaction(async (tx) => {
      await tx.run.update({ where: { id: 'a' }, data: increment, select: { id: true } })
      while (!over) await clock.sleep(60_000)
    }, options)
    await Promise.all([holder, transaction('stuck', 100, ['a'], 1)])
  })
  await expect(run).rejects.toThrow(ClockStalledError)
  over = true
  await expect(run).rejects.toThrow(/is not released within 3600000 ms of virtual time.*\n.*UPDATE Run/)
})

test('a foreign statement that waits for a lock is left alone', async () => {
  const [holder, waiter] = [1, 2].map(() => new pg.Client({ connectionString: database.url })) as [
    pg.Client,
    pg.Client,
  ]
  await Promise.all([holder.connect(), waiter.connect()])
  try {
    await holder.query(`BEGIN; UPDATE "Run" SET "failedItems" = 1 WHERE id = 'b'`)
    const waiting = waiter.query(`UPDATE "Run" SET "failedItems" = 2 WHERE id = 'b'`)
    await clock.drive(() => measured.db.$queryRaw`SELECT pg_sleep(0.05)::text`)
    await holder.query('COMMIT')
    expect((await waiting).rowCount).toBe(1)
  } finally {
    await Promise.all([holder.end(), waiter.end()])
  }
})

test('stopping the clock ends statements that wait for a lock or a connection', async () => {
  await measured.close()
  await open(2)
  const run = clock.drive(() =>
    Promise.all([
      transaction('first', 0, ['a'], 10_000),
      transaction('second', 1, ['a'], 1),
      transaction('third', 2, ['b'], 1),
    ]),
  )
  const stopping = clock.sleep(50).then(() => clock.stop(new Error('cancelled')))
  await expect(run).rejects.toThrow('cancelled')
  await stopping
  expect(measured.pool.waiting).toEqual([])
})

test('waiting for a pooled connection is on the clock, in order of arrival, and is reported', async () => {
  await measured.close()
  await open(1)
  await measured.db.run.count()
  const started = clock.now()
  const ends = await clock.drive(() =>
    Promise.all([transaction('first', 0, ['a'], 100), transaction('second', 1, ['b'], 100)]),
  )
  expect(ends).toEqual([`first at ${started + 130}`, `second at ${started + 260}`])
  expect(poolWaits).toEqual([[started + 1, started + 130]])
})

test('a transaction that needs a second connection of a full pool is named when time stands still', async () => {
  await measured.close()
  await open(1)
  const run = clock.drive(
    () => measured.db.$transaction(() => measured.db.run.count(), options),
    () => measured.pool.waiting,
  )
  await expect(run).rejects.toThrow(/waits for a pooled connection, since/)
})
