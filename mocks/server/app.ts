import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import type { ApiError } from '../errors.ts'
import type { Clock } from '../ports.ts'
import { ConnectionFault } from '../reply.ts'
import { streamedBodyOf } from '../streaming/index.ts'
import { controlRoutes } from './control.ts'
import type { ServerErrors } from './error-response.ts'
import type { Metrics } from './metrics.ts'
import { readBody } from './read-body.ts'
import { breakConnection, sendStream } from './send-response.ts'
import type { SteeredMock } from './steered-mock.ts'

export interface AppParts {
  readonly mock: SteeredMock
  readonly metrics: Metrics
  readonly errors: ServerErrors
  readonly clock: Clock
  /** Where the mock's handlers think that they are. */
  readonly baseUrl: string
  /** Told of what must not happen: an error that no handler has turned into an answer. */
  onUnexpected(error: unknown): void
}

/** The fixed parts of the API's paths. */
const PATH_WORDS = ['v1', 'messages', 'count_tokens', 'batches', 'cancel', 'results', 'models']

type Env = { Bindings: HttpBindings }

/** The server's `fetch`: the mock's control and metrics, and for everything else the mock itself. */
export function createApp(parts: AppParts): Hono<Env> {
  const app = new Hono<Env>()
  const { mock, metrics, errors } = parts
  app.route('/_mock', controlRoutes(mock, errors.response, metrics.reset))
  app.get('/metrics', async () => {
    return new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } })
  })
  app.all('/_mock/*', () => errors.response({ type: 'not_found_error', message: 'Not Found' }))
  app.all('*', (context) => serve(parts, context.req.raw, context.env))
  app.onError((error) => {
    parts.onUnexpected(error)
    return errors.response({ type: 'api_error', message: 'Internal server error' })
  })
  return app
}

/** One request to the API. */
async function serve(
  parts: AppParts,
  request: Request,
  bindings: HttpBindings | undefined,
): Promise<Response> {
  const { metrics, clock } = parts
  const end = metrics.begin(clock.now())
  let status: number | undefined
  try {
    const problem =
      bindings?.incoming === undefined
        ? undefined
        : await bodyProblem(bindings.incoming, () => parts.mock.current.keyError(request.headers))
    const response = problem === undefined ? await ask(parts, request) : refuse(parts, request, problem)
    status = response.status
    const stream = streamedBodyOf(response)
    if (stream === undefined || bindings?.outgoing === undefined) return response
    const { headers } = response
    await sendStream(bindings.outgoing, response.status, Object.fromEntries(headers), stream)
    return RESPONSE_ALREADY_SENT
  } catch (error) {
    if (request.signal.aborted) return RESPONSE_ALREADY_SENT
    if (error instanceof ConnectionFault && bindings?.outgoing !== undefined) {
      breakConnection(bindings.outgoing, error)
      return RESPONSE_ALREADY_SENT
    }
    status = 500
    throw error
  } finally {
    end({ status, endMs: clock.now() })
  }
}

/** Leaves the body on the message as `rawBody`, where @hono/node-server's Request finds it. */
async function bodyProblem(
  incoming: IncomingMessage,
  keyError: () => ApiError | undefined,
): Promise<ApiError | undefined> {
  const body = await readBody(incoming, keyError)
  if ('type' in body) return body
  Object.assign(incoming, { rawBody: body })
  return undefined
}

/** What no endpoint sees is in the journal all the same. */
function refuse({ mock }: AppParts, { method, url, headers }: Request, error: ApiError, text = ''): Response {
  const answer = mock.current.refuse({ method, path: new URL(url).pathname, headers, text }, error)
  return new Response(answer.text, { status: answer.status, headers: answer.headers })
}

async function ask(parts: AppParts, request: Request): Promise<Response> {
  const { mock, baseUrl } = parts
  const { method, headers, signal } = request
  // Not in fetch's power to send; a server can get them.
  if (['CONNECT', 'TRACE', 'TRACK'].includes(method.toUpperCase())) {
    return refuse(parts, request, {
      type: 'invalid_request_error',
      status: 405,
      message: 'Method Not Allowed',
    })
  }
  const url = new URL(request.url)
  if (!isCanonical(url.pathname)) {
    return refuse(parts, request, { type: 'not_found_error', message: 'Not Found' }, await request.text())
  }
  const body = method === 'GET' || method === 'HEAD' ? {} : { body: await request.text() }
  return mock.current.fetch(`${baseUrl}${url.pathname}${url.search}`, { method, headers, signal, ...body })
}

/**
 * The API takes its paths by the letter; MSW also takes other cases, escapes and a slash at the end. What is
 * not written as the API writes it is left to this, so that it gets 404.
 */
function isCanonical(pathname: string): boolean {
  const segments = pathname.split('/').slice(1)
  return segments.every((segment) => {
    const lower = segment.toLowerCase()
    return /^[\w.:-]+$/.test(segment) && (lower === segment || !PATH_WORDS.includes(lower))
  })
}
