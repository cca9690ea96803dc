import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { EnvironmentError, reasonOf } from './errors.ts'
import { migrateDatabase } from './migrate-database.ts'
import type { Database, RunningServer } from './ports.ts'

const comment =
  'Made by tierbench for one run. May be dropped when no tierbench is running against this server.'

/** Makes databases from one template and remembers them until they are dropped. */
export interface DatabaseFactory {
  /** Makes the template: migrated, empty, closed to connections. Resolves to its name. */
  prepareTemplate(signal?: AbortSignal): Promise<string>
  createDatabase(): Promise<Database>
  /** From now on `createDatabase` rejects. */
  refuseMore(): void
  /** Drops every database that is left, the template included, and waits for those being made. */
  dropAll(): Promise<void>
}

export function createDatabaseFactory(admin: pg.Pool, server: RunningServer): DatabaseFactory {
  const existing = new Set<string>()
  const creating = new Set<Promise<string>>()
  const dropping = new Map<string, Promise<void>>()
  let template: string | undefined
  let open = true

  async function createNow(source: string): Promise<string> {
    const name = `tierbench_${randomBytes(8).toString('hex')}`
    // Known before it exists, so that a failure half-way leaves nothing behind.
    existing.add(name)
    await admin.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${source}`)
    await admin.query(`COMMENT ON DATABASE ${pg.escapeIdentifier(name)} IS ${pg.escapeLiteral(comment)}`)
    return name
  }

  async function create(source: string): Promise<string> {
    if (!open) throw new Error('Expected an open database server, but it was closed.')
    const creation = createNow(source)
    creating.add(creation)
    try {
      return await creation
    } finally {
      creating.delete(creation)
    }
  }

  async function dropNow(name: string): Promise<void> {
    try {
      await admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`)
      existing.delete(name)
    } finally {
      dropping.delete(name)
    }
  }

  async function drop(name: string): Promise<void> {
    if (!existing.has(name)) return
    const drop = dropping.get(name) ?? dropNow(name)
    dropping.set(name, drop)
    await drop
  }

  return {
    prepareTemplate: async (signal) => {
      const name = await create(await plainTemplate(admin))
      signal?.throwIfAborted()
      await migrateDatabase(server.urlOf(name), UNMIGRATED)
      signal?.throwIfAborted()
      // A template can be cloned only while nobody is connected to it: this keeps everybody out.
      await admin.query(`ALTER DATABASE ${pg.escapeIdentifier(name)} WITH ALLOW_CONNECTIONS false`)
      template = name
      return name
    },
    createDatabase: async () => {
      if (!template) throw new Error('Expected a template to clone, but none was prepared.')
      const name = await create(pg.escapeIdentifier(template))
      // Once the server is closing, it drops what is left.
      return { name, url: server.urlOf(name), drop: async () => (open ? drop(name) : undefined) }
    },
    refuseMore: () => {
      open = false
    },
    dropAll: async () => {
      open = false
      await Promise.allSettled(creating)
      const outcomes = await Promise.allSettled([...existing].map(drop))
      const failure = outcomes.find((outcome) => outcome.status === 'rejected')
      if (!failure) return
      throw new EnvironmentError(
        'CLEANUP_FAILED',
        `Expected to drop the databases of this run, but ${[...existing].join(', ')} may be left: ${reasonOf(failure.reason)}.`,
        'Drop them yourself: DROP DATABASE <name> WITH (FORCE).',
        { cause: failure.reason },
      )
    },
  }
}

/** UTF-8 and byte-wise collation, whatever the server's own: text sorts alike on every machine. */
async function plainTemplate(admin: pg.Pool): Promise<string> {
  const { rows } = await admin.query<{ major: number }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS major`,
  )
  const provider = (rows[0]?.major ?? 0) >= 15 ? ' LOCALE_PROVIDER libc' : ''
  return `template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'${provider}`
}

const UNMIGRATED = {
  expected: 'the migrations in prisma/migrations to apply to an empty database',
  hint: 'Write the initial migration anew from the schema: npx tsx bench/environment/write-migration.ts',
}
