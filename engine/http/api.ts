import { type Context, Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { Engine } from '../engine.ts'
import type { Flags } from '../flags.ts'
import type { Clock } from '../ports.ts'
import { ApiError, type ApiErrorCode, apiErrorOf } from './api-error.ts'
import { authorise } from './authorise.ts'
import type { Handler, HandlerParts } from './handler.ts'
import { knownHost } from './known-host.ts'
import { createRunHandler } from './routes/create-run.ts'
import { flagsHandler } from './routes/flags.ts'
import { healthHandler } from './routes/health.ts'
import { processNextHandler } from './routes/process-next.ts'
import { runLogHandler, runResultsHandler, runStatusHandler } from './routes/read-run.ts'
import { runEventsHandler } from './routes/run-events.ts'
import { cancelHandler, regenerateHandler, retryHandler } from './routes/steer-run.ts'

export interface ApiOptions {
  readonly engine: Engine
  readonly clock: Clock
  /** Flags of a run that is created without its own. */
  readonly flags: Flags
  /** Resolves where the database answers, for /health. */
  readonly checkDatabase: () => Promise<unknown>
  /** What callers must send as `Authorization: Bearer`. @default everybody is let in */
  readonly token?: string | undefined
  /** Names under which requests are taken, without a port. @default any */
  readonly hosts?: readonly string[] | undefined
  /** What all paths begin with, e.g. `/api`. @default nothing */
  readonly basePath?: string
  /** @default 5 MiB */
  readonly maxBodyBytes?: number
  /** Between two looks at a run whose events are streamed, ms. @default 1000 */
  readonly pollMs?: number
  /** Between two signs of life on a stream with no events, ms. @default 15000 */
  readonly heartbeatMs?: number
  /** Aborts when the server stops: invocations hand over, streams end. @default never */
  readonly signal?: AbortSignal
  /** Told of each request when its answer begins. @default nobody is */
  readonly onRequest?: (answered: AnsweredRequest) => void
  /** Told of errors that are answered with 500, or that end a stream. @default nobody is */
  readonly onError?: (error: unknown, request: RequestPlace) => void
}

/** What a request is about. */
export interface RequestPlace {
  readonly method: string
  readonly path: string
  /** The id in the path, where there is one. */
  readonly runId: string | undefined
}

export interface AnsweredRequest extends RequestPlace {
  readonly status: number
  /** Of the error that it is answered with, where it is one. */
  readonly code: ApiErrorCode | undefined
  /** Until the answer began, ms. */
  readonly durationMs: number
}

const MAX_BODY_BYTES = 5 * 1024 * 1024
const POLL_MS = 1_000
const HEARTBEAT_MS = 15_000

/** The engine over HTTP: `fetch` takes a web-standard Request and gives a Response. No CORS. */
export function createApi(options: ApiOptions): Hono {
  const { onError = () => {}, basePath = '' } = options
  const parts: HandlerParts = {
    engine: options.engine,
    clock: options.clock,
    flags: options.flags,
    maxBodyBytes: options.maxBodyBytes ?? MAX_BODY_BYTES,
    checkDatabase: options.checkDatabase,
    pollMs: options.pollMs ?? POLL_MS,
    heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS,
    signal: options.signal ?? new AbortController().signal,
    onError: (error, request) => onError(error, placeOf(request, basePath)),
  }
  const app = new Hono().basePath(basePath)
  guard(app, options)
  const route = (method: 'GET' | 'POST', path: string, handler: Handler) =>
    app.on(method, path, (context) => handler(context.req.raw, { id: context.req.param('id') ?? '' }))
  route('GET', '/health', healthHandler(parts))
  route('GET', '/flags', flagsHandler(parts))
  route('POST', '/runs', createRunHandler(parts))
  route('GET', '/runs/:id', runStatusHandler(parts))
  route('GET', '/runs/:id/log', runLogHandler(parts))
  route('GET', '/runs/:id/results', runResultsHandler(parts))
  route('GET', '/runs/:id/events', runEventsHandler(parts))
  route('POST', '/runs/:id/process-next', processNextHandler(parts))
  route('POST', '/runs/:id/cancel', cancelHandler(parts))
  route('POST', '/runs/:id/retry', retryHandler(parts))
  route('POST', '/runs/:id/regenerate', regenerateHandler(parts))
  app.notFound((context) => {
    const { method, path } = context.req
    return new ApiError(404, 'ROUTE_NOT_FOUND', `There is no route ${method} ${path}.`).response
  })
  app.onError((error, context) => {
    if (error instanceof HTTPException) return error.getResponse()
    const known = apiErrorOf(error)
    if (known) return known.response
    onError(error, placeOf(context.req.raw, basePath))
    return new ApiError(500, 'INTERNAL', 'Something went wrong here; the log of this server says what.')
      .response
  })
  return app
}

/** What a request passes before it gets to its handler. */
function guard(app: Hono, options: ApiOptions): void {
  const { clock, token, hosts, onRequest, basePath = '' } = options
  app.use(async (context, next) => {
    const from = clock.now()
    await next()
    context.res.headers.set('x-content-type-options', 'nosniff')
    context.res.headers.set('cache-control', 'no-store')
    onRequest?.({
      ...placeOf(context.req.raw, basePath),
      status: context.res.status,
      code: codeOf(context),
      durationMs: Math.round(clock.now() - from),
    })
  })
  if (hosts) app.use(knownHost(hosts))
  if (token !== undefined) {
    const authorised = authorise(token)
    app.use((context, next) =>
      context.req.path === `${basePath}/health` ? next() : authorised(context, next),
    )
  }
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (context, methods) => {
        const allow = methods.join(', ')
        const message = `expected ${allow}, got ${context.req.method}`
        const error = new ApiError(405, 'METHOD_NOT_ALLOWED', message, { headers: { allow } })
        // As Hono does where an error is thrown.
        context.error = error
        return error.response
      },
    }),
  )
}

function placeOf(request: Request, basePath: string): RequestPlace {
  const { pathname } = new URL(request.url)
  const runId = /^\/runs\/([^/]+)/.exec(pathname.slice(basePath.length))?.[1]
  return { method: request.method, path: pathname, runId }
}

function codeOf({ error, res }: Context): ApiErrorCode | undefined {
  // What has come to no route has not come to an error either.
  if (!error) return res.status === 404 ? 'ROUTE_NOT_FOUND' : undefined
  // Hono's own are those of its bearer authentication.
  if (error instanceof HTTPException) return 'UNAUTHORIZED'
  return apiErrorOf(error)?.code ?? 'INTERNAL'
}
