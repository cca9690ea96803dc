import pg from 'pg'
import { createDatabaseFactory } from './databases.ts'
import type { DatabaseServer, DatabaseServerOptions, RunningServer } from './ports.ts'
import { connectToProvidedServer } from './provided-server.ts'
import { readServerSettings } from './server-settings.ts'

/**
 * A server to make databases on: the one of `databaseUrl`, or one that is started for the occasion
 * and removed by `close()`. No signal handlers are installed: on SIGINT or SIGTERM the caller
 * aborts `signal` (while starting) or awaits `close()` (from then on).
 *
 * @throws EnvironmentError when the surroundings are not as needed
 */
export async function startDatabaseServer(options: DatabaseServerOptions = {}): Promise<DatabaseServer> {
  const server = await runServer(options)
  const admin = new pg.Pool({
    connectionString: server.adminUrl,
    connectionTimeoutMillis: 5_000,
    max: 2,
  })
  // An idle connection that breaks is no event of its own: the next query reports it.
  admin.on('error', () => {})
  const databases = createDatabaseFactory(admin, server)
  const shutDown = async () => {
    databases.refuseMore()
    try {
      // A server of our own takes its databases with it.
      if (server.source === 'DATABASE_URL') await databases.dropAll()
    } finally {
      await admin.end()
      await server.stop()
    }
  }
  try {
    const template = await databases.prepareTemplate(options.signal)
    const { version, settings } = await readServerSettings(admin, template)
    let closed: Promise<void> | undefined
    return {
      source: server.source,
      version,
      settings: { ...settings, ...(server.inMemory ? { data_directory: 'in memory' } : {}) },
      createDatabase: databases.createDatabase,
      ...(server.restart ? { restart: server.restart } : {}),
      close: () => {
        closed ??= shutDown()
        return closed
      },
    }
  } catch (error) {
    await shutDown()
    throw error
  }
}

async function runServer({
  databaseUrl,
  preload,
  signal,
  log,
}: DatabaseServerOptions): Promise<RunningServer> {
  signal?.throwIfAborted()
  if (databaseUrl) return connectToProvidedServer(databaseUrl)
  // Loaded only when needed, so that a run with DATABASE_URL asks nothing of the platform.
  const { startEmbeddedServer } = await import('./embedded-server.ts')
  return startEmbeddedServer({ preload, signal, log })
}
