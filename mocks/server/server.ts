import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import type { ApiError } from '../errors.ts'
import { invalidRequest } from '../errors.ts'
import type { ClaudeMockOptions } from '../options.ts'
import type { Clock } from '../ports.ts'
import { createApp } from './app.ts'
import { createServerErrors } from './error-response.ts'
import { createMetrics } from './metrics.ts'
import { isMessages, serveMessages } from './serve-messages.ts'
import { createSteeredMock } from './steered-mock.ts'

export interface ServerAppOptions {
  readonly mock: Omit<ClaudeMockOptions, 'baseUrl'>
  /** Told of errors that no handler has turned into an answer. @default writes them to standard error */
  onUnexpected?(error: unknown): void
}

export interface MockServerOptions extends ServerAppOptions {
  /** 0 takes any that is free. */
  readonly port: number
  /** @default '127.0.0.1' */
  readonly host?: string
}

export interface MockServer {
  /** What clients take as their base URL. */
  readonly url: string
  /** Takes no new connections, and resolves when what is under way has ended, or after `graceMs` of the mock's clock. */
  close(graceMs: number): Promise<void>
}

const BASE_URL = 'https://api.anthropic.com'
/** Above that of the usual HTTP clients, so that it is the client that ends an idle connection. */
const KEEP_ALIVE_MS = 75_000

/** What the server does with a request, without the server: for tests. */
export function createServerApp(options: ServerAppOptions): ReturnType<typeof createApp> {
  return createParts(options).app
}

function createParts({ mock: mockOptions, onUnexpected = console.error }: ServerAppOptions) {
  const mock = createSteeredMock({ journalLimit: 0, ...mockOptions, baseUrl: BASE_URL })
  const errors = createServerErrors(mockOptions.seed)
  const metrics = createMetrics({
    tokens() {
      const { inputTokens, outputTokens } = mock.current.journal.totals
      return { input: inputTokens, output: outputTokens }
    },
    bucketLevels: () => mock.current.bucketLevels(),
  })
  const { clock } = mockOptions
  const parts = { mock, errors, clock, metrics, baseUrl: BASE_URL, onUnexpected }
  return { parts, app: createApp(parts) }
}

/** Serves the mock over HTTP. Rejects with Node's error when it cannot listen there. */
export async function startMockServer(options: MockServerOptions): Promise<MockServer> {
  const { app, parts } = createParts(options)
  const { errors } = parts
  const throughHono = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    hostname: 'localhost',
    // What is left to it: a request line or Host header of which no URL can be made.
    errorHandler: (error) => errors.response(invalidRequest(String((error as Error).message))),
  })
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (isMessages(incoming)) serveMessages(parts, incoming, outgoing)
    else void throughHono(incoming, outgoing)
  }
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, requireHostHeader: false, joinDuplicateHeaders: true },
    listener,
  )
  answerWhatIsNotHttp(server, errors.raw)
  const host = options.host ?? '127.0.0.1'
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: (graceMs) => close(server, options.mock.clock, graceMs),
  }
}

/** Node answers these with an empty body, or with a closed connection. */
function answerWhatIsNotHttp(server: Server, raw: (error: ApiError) => string): void {
  const refuse = (socket: Duplex, error: ApiError) => {
    if (socket.writable) socket.end(raw(error))
    else socket.destroy()
  }
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET') socket.destroy()
    else refuse(socket, problemOf(error))
  })
  const methodNotAllowed: ApiError = {
    type: 'invalid_request_error',
    status: 405,
    message: 'Method Not Allowed',
  }
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => refuse(socket, methodNotAllowed))
  server.on('checkExpectation', (request: IncomingMessage) => {
    refuse(request.socket as Socket, {
      ...invalidRequest('Expect: only 100-continue is supported'),
      status: 417,
    })
  })
}

function problemOf(error: NodeJS.ErrnoException): ApiError {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return { ...invalidRequest('The request headers are too large.'), status: 431 }
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { ...invalidRequest('The request did not arrive in time.'), status: 408 }
    default:
      return invalidRequest(`The request is not valid HTTP: ${error.message}`)
  }
}

async function close(server: Server, clock: Clock, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  const ended = new AbortController()
  const grace = clock.sleep(graceMs, ended.signal).then(
    () => server.closeAllConnections(),
    () => {},
  )
  await closed
  ended.abort()
  await grace
}
