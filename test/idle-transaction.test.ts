// What idle_in_transaction_session_timeout does for the engine: the schedules of verify only model it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { idleTransactionTimeoutMs, TIER_FLAGS } from '../engine/index.ts'
import { PrismaClient } from '../prisma/generated/client.ts'
import { type EngineWorld, openEngineWorld, UPLOADS } from './engine-world.ts'

let server: DatabaseServer
let database: Database
let world: EngineWorld
beforeAll(async () => {
  server = await startDatabaseServer({})
  database = await server.createDatabase()
  world = await openEngineWorld(database)
})
afterAll(async () => {
  await world.close()
  await server.close()
})

test('a process that stands still inside a transaction loses it, holds nobody up, and does it again on a new connection', async () => {
  const id = await world.engine({ flags: TIER_FLAGS[2] }).createRun(UPLOADS)
  const { version } = await world.db.run.findUniqueOrThrow({ where: { id } })
  const worker = fileURLToPath(new URL('./idle-transaction-worker.ts', import.meta.url))
  const args = ['--import', 'tsx', worker, database.url, id, String(idleTransactionTimeoutMs(4_000))]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  try {
    const said = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    expect((await said.next()).value).toBe('holds the row')
    const client = new pg.Client({ connectionString: database.url, lock_timeout: 10_000 })
    await client.connect()
    // Without an end of the transaction that stands still this fails, after its lock_timeout.
    await client.query('UPDATE "Run" SET version = version + 1 WHERE id = $1', [id])
    await client.end()
    child.kill('SIGCONT')
    expect((await said.next()).value).toBe('committed at try 2')
    expect(await exited).toEqual([0, null])
    // One of the other, and two of the try that was committed.
    const after = await world.db.run.findUniqueOrThrow({ where: { id } })
    expect(after.version).toBe(version + 3)
  } finally {
    child.kill('SIGKILL')
  }
})

test('a run whose creation stands still until PostgreSQL ends it is created at the next try, once', async () => {
  const pool = new pg.Pool({ connectionString: database.url, idle_in_transaction_session_timeout: 50 })
  let insertions = 0
  pool.on('connect', (client) => {
    const query = client.query.bind(client)
    const late = async (statement: pg.QueryConfig, values: unknown[]) => {
      // The run is there by then, and its transaction open.
      if (statement.text.includes('INSERT INTO "public"."Upload"') && ++insertions === 1) await delay(500)
      return query(statement, values)
    }
    Object.assign(client, { query: late })
  })
  const db = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: true }) })
  try {
    const id = await world.engine({ db, flags: TIER_FLAGS[0] }).createRun(UPLOADS)
    expect(insertions).toBe(2)
    expect(await world.db.upload.count({ where: { runId: id } })).toBe(UPLOADS.length)
  } finally {
    await db.$disconnect()
  }
})
