// A proxy before a database of its own, for the tests of the proxy.
import type { Socket } from 'node:net'
import pg from 'pg'
import {
  type DatabaseProxy,
  type DatabaseProxyOptions,
  type ProxyStats,
  startDatabaseProxy,
  urlThroughProxy,
} from '../bench/db-proxy/index.ts'
import type { DatabaseServer } from '../bench/environment/index.ts'

export interface ProxiedDatabase {
  readonly proxy: DatabaseProxy
  /** Through the proxy. */
  readonly url: string
  /** The same database without it. */
  readonly directUrl: string
  /** A connection through the proxy, with nothing counted yet. */
  connect(): Promise<pg.Client>
  /** Round trips by statement. */
  counts(): Record<string, number>
  /** Resolves when the proxy has seen what the client has, too. */
  until(holds: (stats: ProxyStats) => boolean): Promise<void>
  close(): Promise<void>
}

export async function openProxiedDatabase(
  server: DatabaseServer,
  options: Partial<DatabaseProxyOptions> = {},
): Promise<ProxiedDatabase> {
  const database = await server.createDatabase()
  const { hostname, port } = new URL(database.url)
  const proxy = await startDatabaseProxy({ target: { host: hostname, port: Number(port) }, ...options })
  const url = urlThroughProxy(database.url, proxy)
  const clients: pg.Client[] = []
  return {
    proxy,
    url,
    directUrl: database.url,
    async connect() {
      const client = new pg.Client({ connectionString: url })
      client.on('error', () => {})
      clients.push(client)
      await client.connect()
      proxy.reset()
      return client
    },
    counts: () => Object.fromEntries(proxy.stats.shapes.map(({ shape, count }) => [shape, count])),
    async until(holds) {
      while (!holds(proxy.stats)) await new Promise((resolve) => setTimeout(resolve, 5))
    },
    async close() {
      await Promise.all(clients.map((client) => client.end().catch(() => {})))
      await proxy.close()
      await database.drop()
    },
  }
}

/** The connection of a client that has logged in, to send messages of one's own on. */
export function socketOf(client: pg.Client): Socket {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
  return stream.removeAllListeners('data')
}

/** The types of the messages that come, until as many of them are `ReadyForQuery`, or of another type. */
export async function answers(socket: Socket, count = 1, last = 'Z'): Promise<string> {
  let [types, rest] = ['', Buffer.alloc(0)]
  return new Promise((resolve) => {
    const read = (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
        types += String.fromCharCode(rest[0] ?? 0)
        rest = rest.subarray(rest.readInt32BE(1) + 1)
      }
      if (types.split(last).length <= count) return
      socket.off('data', read)
      resolve(types)
    }
    socket.on('data', read)
  })
}
