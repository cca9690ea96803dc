import { connect } from 'node:net'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { serialize } from 'pg-protocol'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  type DatabaseProxyOptions,
  proxyStatsSchema,
  serveStats,
  startDatabaseProxy,
} from '../bench/db-proxy/index.ts'
import { type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { PrismaClient } from '../prisma/generated/client.ts'
import { answers, openProxiedDatabase, type ProxiedDatabase, socketOf } from './database-proxy-world.ts'

let server: DatabaseServer
let opened: ProxiedDatabase | undefined
beforeAll(async () => {
  server = await startDatabaseServer()
})
afterEach(async () => {
  await opened?.close()
  opened = undefined
})
afterAll(() => server.close())

async function open(options?: Partial<DatabaseProxyOptions>): Promise<ProxiedDatabase> {
  opened = await openProxiedDatabase(server, options)
  return opened
}

test('a simple query is one round trip of its statement', async () => {
  const { connect, counts, proxy } = await open()
  const client = await connect()
  await client.query('SELECT count(*) FROM "Run"')
  await client.query('SELECT 1; SELECT 2')
  expect(counts()).toEqual({ 'SELECT Run': 1, SELECT: 1 })
  expect(proxy.stats.roundTrips).toMatchObject({ count: 2, simple: 2, extended: 0 })
})

test('a statement with values is one round trip', async () => {
  const { connect, counts, proxy } = await open()
  const client = await connect()
  await client.query('SELECT * FROM "Run" WHERE id = $1', ['a'])
  expect(counts()).toEqual({ 'SELECT Run': 1 })
  expect(proxy.stats.roundTrips).toMatchObject({ count: 1, extended: 1 })
})

test('a statement that was prepared under a name counts for its table each time that it is executed', async () => {
  const { connect, counts } = await open()
  const client = await connect()
  const query = { name: 'one', text: 'SELECT * FROM "Upload" WHERE id = $1', values: ['a'] }
  for (let time = 0; time < 3; time++) await client.query(query)
  expect(counts()).toEqual({ 'SELECT Upload': 3 })
})

test('names are of their connection alone', async () => {
  const { connect, counts } = await open()
  const [first, second] = [await connect(), await connect()]
  await first.query({ name: 'one', text: 'SELECT 1 FROM "Run" WHERE id = $1', values: ['a'] })
  await second.query({ name: 'one', text: 'SELECT 1 FROM "Card" WHERE id = $1', values: ['a'] })
  await first.query({ name: 'one', text: 'SELECT 1 FROM "Run" WHERE id = $1', values: ['a'] })
  expect(counts()).toEqual({ 'SELECT Run': 2, 'SELECT Card': 1 })
})

test('a transaction of Prisma is its statements, BEGIN and COMMIT', async () => {
  const { url, counts } = await open()
  const db = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) })
  await db.$transaction(async (tx) => {
    await tx.runLog.deleteMany()
    await tx.upload.deleteMany()
  })
  await db.$disconnect()
  expect(counts()).toEqual({ BEGIN: 1, COMMIT: 1, 'DELETE RunLog': 1, 'DELETE Upload': 1 })
})

test('a transaction of Prisma with an isolation level is one round trip more', async () => {
  const { url, counts } = await open()
  const db = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) })
  await db.$transaction((tx) => tx.runLog.deleteMany(), { isolationLevel: 'Serializable' })
  await db.$disconnect()
  expect(counts()).toEqual({ BEGIN: 1, 'SET TRANSACTION': 1, COMMIT: 1, 'DELETE RunLog': 1 })
})

test('a statement that fails is one round trip that failed, and the next is counted as ever', async () => {
  const { connect, proxy } = await open()
  const client = await connect()
  await expect(client.query('SELECT $1::int FROM "Run"', ['no number'])).rejects.toThrow('integer')
  await client.query('SELECT $1::int FROM "Run"', [1])
  expect(proxy.stats.shapes).toMatchObject([{ shape: 'SELECT Run', count: 2, failed: 1 }])
})

const LARGE = 20 * 1024 * 1024

test.each([0, 20])('a row of 20 MB passes unchanged, there and back, with %i ms added', async (rttMs) => {
  const { connect, proxy } = await open({ rttMs })
  const client = await connect()
  const text = 'ä'.repeat(LARGE / 2)
  const { rows } = await client.query<{ text: string }>('SELECT $1::text AS text', [text])
  expect(rows[0]?.text === text).toBe(true)
  expect(proxy.stats.roundTrips.count).toBe(1)
  expect(proxy.stats.bytes.toDatabase).toBeGreaterThan(LARGE)
  expect(proxy.stats.bytes.fromDatabase).toBeGreaterThan(LARGE)
})

test('a client that reads nothing holds the database back', async () => {
  const { connect, proxy } = await open()
  const socket = socketOf(await connect())
  socket.pause()
  socket.write(serialize.query("SELECT repeat('x', 1000000) FROM generate_series(1, 300)"))
  let before = -1
  // What stands still has filled the buffers between the two.
  while (proxy.stats.bytes.fromDatabase !== before || before <= 0) {
    before = proxy.stats.bytes.fromDatabase
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  expect(before).toBeLessThan(50_000_000)
  const answered = answers(socket)
  socket.resume()
  expect(await answered).toMatch(/^TD{300}CZ$/)
})

test('a statement is cancelled through the proxy', async () => {
  const { url, directUrl, proxy } = await open()
  const [client, direct] = [new pg.Client(url), new pg.Client(directUrl)]
  await Promise.all([client.connect(), direct.connect()])
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number }
  const slow = client.query('SELECT pg_sleep(60)')
  const failure = expect(slow).rejects.toThrow('canceling statement due to user request')
  // A cancel that comes before the statement has begun cancels nothing.
  const sleeping = async () =>
    (await direct.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'`)).rowCount
  while ((await sleeping()) === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  const socket = connect(proxy.port, '127.0.0.1')
  socket.write(serialize.cancel(processID, secretKey))
  await failure
  await Promise.all([client.end(), direct.end()])
  expect(proxy.stats.connections).toMatchObject({ cancels: 1, opened: 1 })
})

test('50 connections at once are served, and none is left', async () => {
  const { url, proxy, until } = await open()
  const pool = new pg.Pool({ connectionString: url, max: 50 })
  const work = Array.from({ length: 50 }, async () => {
    const client = await pool.connect()
    for (let time = 0; time < 10; time++) await client.query('SELECT $1::int FROM "Run"', [time])
    return client
  })
  for (const client of await Promise.all(work)) client.release()
  expect(proxy.stats.connections).toMatchObject({ open: 50, peak: 50, opened: 50 })
  expect(proxy.stats.roundTrips).toMatchObject({ count: 500, pipelined: 0 })
  await pool.end()
  await until(({ connections }) => connections.open === 0)
})

test('each request is held for the time that was asked for, in order', async () => {
  const { connect, proxy } = await open({ rttMs: 20.5 })
  const client = await connect()
  for (let time = 0; time < 5; time++) await client.query('SELECT 1 FROM "Run"')
  const { held, shapes } = proxy.stats
  expect(held?.count).toBe(5)
  expect(shapes[0]?.totalMs).toBeGreaterThanOrEqual(5 * 20.5)
  expect(shapes[0]?.p50Ms).toBeGreaterThanOrEqual(held?.p50Ms ?? Number.NaN)
})

test('requests that are sent at once are held at once', async () => {
  const { connect, proxy } = await open({ rttMs: 300 })
  const socket = socketOf(await connect())
  const answered = answers(socket, 10)
  const from = performance.now()
  for (let time = 0; time < 10; time++) socket.write(serialize.query(`SELECT 1 FROM "Run"`))
  await answered
  // One after the other they would take 3 s.
  expect(performance.now() - from).toBeLessThan(1_500)
  expect(proxy.stats.roundTrips).toMatchObject({ count: 10, pipelined: 9 })
})

test('a client that goes away takes its connection to the database with it', async () => {
  const { connect, directUrl, proxy, until } = await open()
  const client = await connect()
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  socketOf(client).destroy()
  const direct = new pg.Client({ connectionString: directUrl })
  await direct.connect()
  const alive = async () =>
    (await direct.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [rows[0]?.pid])).rowCount
  while ((await alive()) !== 0) await new Promise((resolve) => setTimeout(resolve, 10))
  await direct.end()
  await until(({ connections }) => connections.open === 0)
  expect(proxy.stats.roundTrips.unanswered).toBe(0)
})

test('a database that ends the connection ends it for the client, with what it said last', async () => {
  const { connect, until, proxy } = await open()
  const client = await connect()
  const failure = expect(client.query('SELECT pg_terminate_backend(pg_backend_pid())')).rejects.toMatchObject(
    {
      code: '57P01',
    },
  )
  await failure
  await until(({ connections }) => connections.open === 0)
  expect(proxy.stats.roundTrips.unanswered).toBe(1)
})

test('a database that cannot be reached is told of as an error of PostgreSQL', async () => {
  const { proxy: gone } = await open()
  await gone.close()
  const proxy = await startDatabaseProxy({ target: { host: '127.0.0.1', port: gone.port } })
  const client = new pg.Client({
    host: '127.0.0.1',
    port: proxy.port,
    user: 'a',
    password: 'b',
    database: 'c',
  })
  await expect(client.connect()).rejects.toMatchObject({
    code: '08001',
    severity: 'FATAL',
    message: expect.stringMatching(
      /expected PostgreSQL to take a connection at 127\.0\.0\.1:\d+ .*ECONNREFUSED/,
    ),
    hint: expect.stringContaining('--target'),
  })
  expect(proxy.stats.connections).toMatchObject({ refused: 1, opened: 0 })
  await proxy.close()
})

test('a client that insists on TLS is told that there is none', async () => {
  const { url } = await open()
  const client = new pg.Client({ connectionString: url, ssl: true })
  await expect(client.connect()).rejects.toThrow('does not support SSL')
})

test('what speaks another protocol is turned away', async () => {
  const { proxy } = await open()
  const socket = connect(proxy.port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\n\r\n')
  await new Promise((resolve) => socket.once('close', resolve))
  expect(proxy.stats.connections.opened).toBe(0)
})

test('closing the proxy ends the connections through it', async () => {
  const { connect, proxy } = await open()
  const client = await connect()
  const ended = new Promise((resolve) => client.once('end', resolve))
  await proxy.close()
  await ended
})

test('statistics are served as their schema says, and reset', async () => {
  const { connect, proxy } = await open({ rttMs: 1 })
  const client = await connect()
  await client.query('SELECT 1 FROM "Run"')
  const service = await serveStats(proxy, 0)
  const read = async (path: string, init?: RequestInit) =>
    proxyStatsSchema.parse(await (await fetch(`${service.url}${path}`, init)).json())
  expect((await read('/stats')).roundTrips.count).toBe(1)
  expect((await read('/stats/reset', { method: 'POST' })).roundTrips.count).toBe(0)
  expect((await read('/stats')).connections).toMatchObject({ open: 1, peak: 1, opened: 0 })
  await service.close(0)
})
