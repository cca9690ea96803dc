import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { PrismaPg } from '@prisma/adapter-pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { PrismaClient } from '../prisma/generated/client.ts'

let server: DatabaseServer

beforeAll(async () => {
  server = await startDatabaseServer()
})

afterAll(async () => {
  await server.close()
})

async function withClient<T>(database: Database, work: (client: PrismaClient) => Promise<T>): Promise<T> {
  const client = new PrismaClient({ adapter: new PrismaPg({ connectionString: database.url }) })
  try {
    return await work(client)
  } finally {
    await client.$disconnect()
  }
}

function insertRun(client: PrismaClient, id: string) {
  return client.run.create({ data: { id, flags: {}, pacing: 'safe', createdAt: new Date(0) } })
}

function foldersOfThisProcess(): string[] {
  return ['/dev/shm', tmpdir()].flatMap((parent) => {
    try {
      return readdirSync(parent).filter((name) => name.startsWith(`tierbench-${process.pid}-`))
    } catch {
      return []
    }
  })
}

test('a database is empty and takes what the generated client writes', async () => {
  const database = await server.createDatabase()
  await withClient(database, async (client) => {
    expect(await client.run.count()).toBe(0)
    await insertRun(client, 'run-1')
    expect(await client.run.findUnique({ where: { id: 'run-1' } })).toMatchObject({
      status: 'PENDING',
      version: 1,
    })
  })
})

test('databases do not see each other', async () => {
  const [one, other] = await Promise.all([server.createDatabase(), server.createDatabase()])
  await withClient(one, (client) => insertRun(client, 'run-1'))
  expect(await withClient(other, (client) => client.run.count())).toBe(0)
})

test('text sorts by its bytes', async () => {
  const database = await server.createDatabase()
  await withClient(database, async (client) => {
    await Promise.all(['b', 'a', 'B', 'é'].map((id) => insertRun(client, id)))
    const runs = await client.run.findMany({ orderBy: { id: 'asc' } })
    expect(runs.map(({ id }) => id)).toEqual(['B', 'a', 'b', 'é'])
  })
})

test('a dropped database is gone, and dropping again does nothing', async () => {
  const database = await server.createDatabase()
  await Promise.all([database.drop(), database.drop()])
  await database.drop()
  await expect(withClient(database, (client) => client.run.count())).rejects.toThrow(/does not exist/)
})

test('the server says its version and what differs from production', () => {
  expect(server.source).toBe('embedded')
  expect(server.version).toMatch(/^\d+\.\d+$/)
  expect(server.settings).toMatchObject({
    fsync: 'off',
    synchronous_commit: 'off',
    autovacuum: 'off',
    lc_collate: 'C',
  })
  expect(server.settings).not.toHaveProperty('max_connections')
})

test('several servers at once each work, and closing leaves nothing', async () => {
  const before = foldersOfThisProcess()
  const servers = await Promise.all([startDatabaseServer(), startDatabaseServer()])
  const counts = await Promise.all(
    servers.map(async (each) => withClient(await each.createDatabase(), (client) => client.run.count())),
  )
  await Promise.all(servers.flatMap((each) => [each.close(), each.close()]))
  expect(counts).toEqual([0, 0])
  expect(foldersOfThisProcess()).toEqual(before)
  await expect(servers[0].createDatabase()).rejects.toThrow('closed')
})

test('a start that is aborted rejects with the reason and leaves nothing', async () => {
  const before = foldersOfThisProcess()
  const abort = new AbortController()
  const reason = new Error('enough')
  // The first line comes from initdb, in the middle of the start.
  const start = startDatabaseServer({ signal: abort.signal, log: () => abort.abort(reason) })
  await expect(start).rejects.toBe(reason)
  expect(foldersOfThisProcess()).toEqual(before)
})
