import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { ProxyConnection, type Target } from './connection.ts'
import type { ProxyRoundTrip } from './round-trips.ts'
import { Statistics } from './statistics.ts'
import type { ProxyStats } from './stats-schema.ts'

export interface DatabaseProxyOptions {
  /** The database that it stands before. */
  readonly target: Target
  /** Where clients connect; 0 takes any port that is free. @default 0 */
  readonly port?: number
  /** @default '127.0.0.1' */
  readonly host?: string
  /** Added to each request on its way to the database, ms. @default 0 */
  readonly rttMs?: number
  /** Told of each round trip when it is answered, and of the `application_name` of its connection. @default nobody is */
  readonly onRoundTrip?: (roundTrip: ProxyRoundTrip, application: string) => void
}

/** A PostgreSQL proxy that counts round trips, and lengthens them. */
export interface DatabaseProxy {
  readonly host: string
  readonly port: number
  readonly stats: ProxyStats
  /** Counts from 0 again. */
  reset(): void
  /** Ends all connections. Idempotent. */
  close(): Promise<void>
}

/** Starts it. Rejects with Node's error when it cannot listen there. */
export async function startDatabaseProxy(options: DatabaseProxyOptions): Promise<DatabaseProxy> {
  const { target, port = 0, host = '127.0.0.1', rttMs = 0, onRoundTrip = () => {} } = options
  const connections = new Set<ProxyConnection>()
  const underWay = () => [...connections].reduce((sum, connection) => sum + connection.underWay, 0)
  const statistics = new Statistics(`${target.host}:${target.port}`, rttMs, underWay)
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const connection = new ProxyConnection(client, { target, rttMs, statistics, onRoundTrip })
    connections.add(connection)
    client.once('close', () => connections.delete(connection))
  })
  server.listen(port, host)
  await once(server, 'listening')
  let closed: Promise<unknown> | undefined
  return {
    host,
    port: (server.address() as AddressInfo).port,
    get stats() {
      return statistics.stats
    },
    reset: () => statistics.reset(),
    async close() {
      closed ??= new Promise((resolve) => server.close(resolve))
      for (const connection of connections) connection.destroy()
      await closed
    },
  }
}
