import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Clock } from '../ports.ts'
import { ApiError } from './api-error.ts'

export interface ServeOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** 0 takes any that is free. */
  readonly port: number
  /** @default '127.0.0.1' */
  readonly host?: string
  readonly clock: Clock
}

export interface ApiServer {
  readonly url: string
  /** Takes no new connections, and resolves when what is under way has been answered, or after `graceMs`. */
  close(graceMs: number): Promise<void>
}

/** For a request to arrive whole, ms. Its answer may take as long as it takes: Node sets no limit to that. */
const REQUEST_TIMEOUT_MS = 30_000
/** Above that of the usual HTTP clients, so that it is the client that ends an idle connection, ms. */
const KEEP_ALIVE_MS = 75_000

/** Serves the API on node:http. Rejects with Node's error when it cannot listen there. */
export async function serveApi({ fetch, port, host = '127.0.0.1', clock }: ServeOptions): Promise<ApiServer> {
  const listener = getRequestListener(fetch, {
    overrideGlobalObjects: false,
    hostname: 'localhost',
    // What is left to it: a request line or Host header of which no URL can be made.
    errorHandler: () =>
      new ApiError(400, 'INVALID_HEADER', 'expected a URL and a Host that are valid').response,
  })
  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    (incoming, outgoing) => {
      // A connection that is kept alive would hold up a server that closes until its client lets go of it.
      outgoing.once('close', () => {
        if (!server.listening) server.closeIdleConnections()
      })
      return listener(incoming, outgoing)
    },
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    close: (graceMs) => close(server, clock, graceMs),
  }
}

async function close(server: Server, clock: Clock, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  const done = new AbortController()
  const grace = clock.sleep(graceMs, done.signal).then(
    () => server.closeAllConnections(),
    () => {},
  )
  await closed
  done.abort()
  await grace
}
