import { createServer } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'

// A server of our own plays the user's: its databases are what must not be touched.
let host: DatabaseServer
let databaseUrl: string

beforeAll(async () => {
  host = await startDatabaseServer()
  databaseUrl = (await host.createDatabase()).url
})

afterAll(async () => {
  await host.close()
})

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
}

async function query(sql: string): Promise<string[]> {
  const client = await connect(databaseUrl)
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' })
    return (rows ?? []).map((row: unknown[]) => row.join(' '))
  } finally {
    await client.end()
  }
}

const listDatabases = () => query('SELECT datname FROM pg_database ORDER BY 1')

function urlWith(changes: Partial<Pick<URL, 'username' | 'password' | 'port' | 'pathname'>>): string {
  return Object.assign(new URL(databaseUrl), changes).href
}

async function startFailure(url: string): Promise<{ code: string; message: string; hint: string }> {
  try {
    const server = await startDatabaseServer({ databaseUrl: url })
    await server.close()
  } catch (error) {
    return error as { code: string; message: string; hint: string }
  }
  throw new Error('Expected the start to fail.')
}

test('closing leaves the server as it was, even with someone still connected', async () => {
  const before = await listDatabases()
  const server = await startDatabaseServer({ databaseUrl })
  const database = await server.createDatabase()
  const client = await connect(database.url)
  const ended = new Promise<Error>((resolve) => client.on('error', resolve))
  await client.query('SELECT count(*) FROM "Run"')
  await server.close()
  expect((await ended).message).toMatch(/terminat/)
  expect(await listDatabases()).toEqual(before)
})

test('closing waits for databases that are being made', async () => {
  const before = await listDatabases()
  const server = await startDatabaseServer({ databaseUrl })
  const making = Promise.allSettled([
    server.createDatabase(),
    server.createDatabase(),
    server.createDatabase(),
  ])
  await server.close()
  await making
  expect(await listDatabases()).toEqual(before)
})

test('every database says that tierbench made it', async () => {
  const server = await startDatabaseServer({ databaseUrl })
  const { name } = await server.createDatabase()
  const [comment] = await query(
    `SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '${name}'`,
  )
  await server.close()
  expect(name).toMatch(/^tierbench_[0-9a-f]+$/)
  expect(comment).toMatch(/^Made by tierbench/)
})

test('settings are read from the server of DATABASE_URL', async () => {
  const server = await startDatabaseServer({ databaseUrl })
  await server.close()
  expect(server.source).toBe('DATABASE_URL')
  expect(server.settings).toMatchObject({ fsync: 'off', lc_collate: 'C' })
})

test('a role without superuser suffices when it may create databases', async () => {
  await query(`CREATE ROLE maker LOGIN CREATEDB PASSWORD 'pass-word'`)
  const before = await listDatabases()
  const server = await startDatabaseServer({
    databaseUrl: urlWith({ username: 'maker', password: 'pass-word' }),
  })
  const client = await connect((await server.createDatabase()).url)
  client.on('error', () => {})
  await server.close()
  expect(await listDatabases()).toEqual(before)
})

test('a role that may not create databases is named', async () => {
  await query(`CREATE ROLE weak LOGIN PASSWORD 'pass-word'`)
  const failure = await startFailure(urlWith({ username: 'weak', password: 'pass-word' }))
  expect(failure).toMatchObject({
    code: 'DATABASE_ROLE_TOO_WEAK',
    message: expect.stringMatching(
      /may create databases at 127\.0\.0\.1:\d+ \(DATABASE_URL\), but "weak" may not\.$/,
    ),
    hint: expect.stringContaining('ALTER ROLE "weak" CREATEDB'),
  })
  expect(JSON.stringify(failure)).not.toContain('pass-word')
})

test('a wrong password is one sentence that does not repeat it', async () => {
  const failure = await startFailure(urlWith({ password: 'not%20the%20password' }))
  expect(failure.code).toBe('DATABASE_LOGIN_REFUSED')
  expect(failure.message).toMatch(
    /^Expected to log in to PostgreSQL at 127\.0\.0\.1:\d+ \(DATABASE_URL\), but it refused: password authentication failed for user "tierbench"\.$/,
  )
  expect(`${failure.message}${failure.hint}`).not.toMatch(/not(%20| )the/)
})

test('a database that does not exist is named', async () => {
  const failure = await startFailure(urlWith({ pathname: '/nowhere' }))
  expect(failure).toMatchObject({
    code: 'DATABASE_LOGIN_REFUSED',
    message: expect.stringContaining('database "nowhere" does not exist'),
  })
})

test('a server that is not there is one sentence with the cause', async () => {
  const probe = createServer()
  const port = await new Promise<number>((resolve) => {
    probe.listen(0, '127.0.0.1', () => resolve((probe.address() as { port: number }).port))
  })
  await new Promise((resolve) => probe.close(resolve))
  const failure = await startFailure(urlWith({ port: String(port), password: 'pass-word' }))
  expect(failure).toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    message: `Expected PostgreSQL to answer at 127.0.0.1:${port} (DATABASE_URL) within 5 s, but: connect ECONNREFUSED 127.0.0.1:${port}.`,
    hint: expect.stringContaining('Start that server or correct DATABASE_URL'),
  })
})

test.each([
  ['mysql://user:pass-word@host/db', 'one that begins with mysql:'],
  ['user:pass-word@host/db', 'one that begins with user:'],
  ['not a url', 'something that is no URL'],
  ['postgresql://user:pass%word@host/db', 'one whose password has a "%"'],
])('DATABASE_URL=%s is refused without repeating it', async (url, got) => {
  const failure = await startFailure(url)
  expect(failure).toMatchObject({ code: 'DATABASE_URL_INVALID', message: expect.stringContaining(got) })
  expect(failure.message).not.toMatch(/pass.word/)
})
