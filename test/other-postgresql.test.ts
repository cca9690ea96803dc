import { existsSync, readdirSync } from 'node:fs'
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { startDatabaseServer } from '../bench/environment/index.ts'
import { findServerUser } from '../bench/environment/server-binaries.ts'
import { startProgram } from '../bench/environment/server-process.ts'

/** A PostgreSQL of the machine's own, in PATH or where Debian keeps it. */
function findInstalledPostgres(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian)
    ? readdirSync(debian).map((version) => join(debian, version, 'bin'))
    : []
  return [...(process.env.PATH ?? '').split(delimiter), ...versions].find(
    (folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')),
  )
}

const binaries = findInstalledPostgres()

test('another PostgreSQL serves as DATABASE_URL and is left as it was', async ({ skip }) => {
  if (!binaries) return skip('no postgres and initdb in PATH or in /usr/lib/postgresql/*/bin')
  const folder = await mkdtemp(join(tmpdir(), 'other-postgresql-'))
  const user = await findServerUser()
  const data = join(folder, 'data')
  await mkdir(data)
  const passwordFile = join(folder, 'password')
  await writeFile(passwordFile, 'pass-word\n')
  if (user) await Promise.all([folder, data, passwordFile].map((path) => chown(path, user.uid, user.gid)))
  const options = { user, cwd: folder, log: () => {} }
  const initdb = startProgram(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'other', '-A', 'scram-sha-256', '--pwfile', passwordFile, '--no-sync'],
    options,
  )
  expect(await initdb.exited, initdb.tail()).toBe(0)
  const port = await freePort()
  const server = startProgram(
    join(binaries, 'postgres'),
    ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    options,
  )
  try {
    expect(await server.prints('ready to accept connections'), server.tail()).toBe(true)
    const databaseUrl = `postgresql://other:pass-word@127.0.0.1:${port}/postgres`
    const before = await listDatabases(databaseUrl)
    const started = await startDatabaseServer({ databaseUrl })
    await started.createDatabase()
    await started.close()
    expect(started.version).toMatch(/^\d+(\.\d+)?$/)
    expect(started.settings).toEqual({ lc_collate: 'C' })
    expect(await listDatabases(databaseUrl)).toEqual(before)
  } finally {
    server.kill('SIGQUIT')
    await server.exited
    await rm(folder, { recursive: true })
  }
})

async function listDatabases(url: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query('SELECT datname FROM pg_database ORDER BY 1')).rows
  } finally {
    await client.end()
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
