import { startDatabaseServer } from './database-server.ts'
import { migrateDatabase } from './migrate-database.ts'
import type { DatabaseServer, DatabaseServerOptions } from './ports.ts'
import { checkProvidedServer } from './provided-server.ts'

/** The database of a service. */
export interface ServiceDatabase {
  readonly source: DatabaseServer['source']
  readonly version: string
  /** With the password in it: not for printing. */
  readonly url: string
  /** Leaves a database of the user's as it is; one of our own is gone with its server. */
  close(): Promise<void>
}

/**
 * The database that `databaseUrl` names, with the migrations applied that it lacks: it stays, and several
 * services can use it. Without it, one on a server of our own, for as long as it is open.
 * @throws EnvironmentError
 */
export async function openServiceDatabase(options: DatabaseServerOptions): Promise<ServiceDatabase> {
  const { databaseUrl } = options
  if (databaseUrl) {
    const { version } = await checkProvidedServer(databaseUrl, { mayCreateDatabases: false })
    await migrateDatabase(databaseUrl, FOREIGN)
    return { source: 'DATABASE_URL', version, url: databaseUrl, close: async () => {} }
  }
  const server = await startDatabaseServer(options)
  try {
    const { url } = await server.createDatabase()
    return { source: server.source, version: server.version, url, close: () => server.close() }
  } catch (error) {
    await server.close()
    throw error
  }
}

const FOREIGN = {
  expected: 'the database of DATABASE_URL to be empty or to hold the tables of tierbench',
  hint: 'Name a database for it alone in DATABASE_URL (CREATE DATABASE tierbench), or unset it.',
}
