import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Attempt, WholeAnswer } from '../attempt.ts'
import type { ApiError } from '../errors.ts'
import type { Clock } from '../ports.ts'
import { ConnectionFault } from '../reply.ts'
import type { HeaderReader } from '../request-checks.ts'
import { bodyStream } from '../streaming/index.ts'
import type { AppParts } from './app.ts'
import { collectBody } from './read-body.ts'
import { breakConnection, sendStream } from './send-response.ts'

const PATH = '/v1/messages'

/** Whether serveMessages is to answer it: a request whose URL is in no doubt. */
export function isMessages({ method, url = '', headers }: IncomingMessage): boolean {
  return (
    method === 'POST' &&
    (url === PATH || url.startsWith(`${PATH}?`)) &&
    /^[\w.:[\]-]*$/.test(headers.host ?? '')
  )
}

/**
 * `POST /v1/messages` without a Request and a Response, which take longer to make than all the rest of
 * an answer. What is answered comes from the same core as in the handler. No promise either, where the
 * whole answer is due at once.
 */
export function serveMessages(parts: AppParts, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { mock, metrics, clock } = parts
  const end = metrics.begin(clock.now())
  collectBody(
    incoming,
    () => mock.current.keyError(headerReader(incoming.headers)),
    (body) => {
      let status: number | undefined | Promise<number | undefined>
      try {
        status = answer(parts, body, incoming, outgoing)
      } catch (error) {
        status = fail(parts, outgoing, error)
      }
      if (typeof status === 'number' || status === undefined) return end({ status, endMs: clock.now() })
      status
        .catch((error: unknown) => fail(parts, outgoing, error))
        .then((late) => end({ status: late, endMs: clock.now() }))
    },
  )
}

/** @returns the status of the answer, when it has been sent. */
function answer(
  { mock, clock }: AppParts,
  body: Buffer | ApiError | Error,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): number | Promise<number> {
  if (body instanceof Error) throw body
  const arrival = { method: 'POST', path: PATH, headers: headerReader(incoming.headers), text: '' }
  if ('type' in body) return send(outgoing, mock.current.refuse(arrival, body))
  const attempt = mock.current.openMessages({ ...arrival, text: textOf(body) })
  if (attempt.afterMs <= 0) return sendAnswer(attempt, outgoing, clock)
  return wait(attempt, outgoing, clock).then(() => sendAnswer(attempt, outgoing, clock))
}

function sendAnswer(attempt: Attempt, outgoing: ServerResponse, clock: Clock): number | Promise<number> {
  const answer = attempt.answer()
  if (answer.kind === 'whole') return send(outgoing, answer)
  const { status, headers } = answer
  return sendStream(outgoing, status, headers, bodyStream(answer, clock)).then(() => status)
}

/** @returns the status of the answer that is sent instead, if one is. */
function fail(
  { errors, onUnexpected }: AppParts,
  outgoing: ServerResponse,
  error: unknown,
): number | undefined {
  if (error instanceof ConnectionFault) breakConnection(outgoing, error)
  else if (!outgoing.destroyed) {
    onUnexpected(error)
    return send(outgoing, errors.answer({ type: 'api_error', message: 'Internal server error' }))
  }
  return undefined
}

/** As `Request.text()` gives it: without a byte order mark. */
function textOf(body: Buffer): string {
  const text = body.toString()
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

function headerReader(headers: IncomingHttpHeaders): HeaderReader {
  return {
    get(name) {
      return (headers[name] as string | undefined) ?? null
    },
  }
}

async function wait(attempt: Attempt, outgoing: ServerResponse, clock: Clock): Promise<void> {
  const gone = new AbortController()
  const onClose = () => gone.abort(new Error('The client closed the connection.'))
  outgoing.once('close', onClose)
  try {
    await clock.sleep(attempt.afterMs, gone.signal)
  } catch (error) {
    attempt.abandon()
    throw error
  } finally {
    outgoing.off('close', onClose)
  }
}

/** Of the headers of rate limits that came last: as writeHead takes them. */
let latestLimits: { readonly limits: WholeAnswer['limits']; readonly fields: readonly string[] } = {
  limits: undefined,
  fields: [],
}

function send(outgoing: ServerResponse, { status, headers, limits, text }: WholeAnswer): number {
  const bytes = Buffer.byteLength(text)
  if (limits !== latestLimits.limits) latestLimits = { limits, fields: Object.entries(limits ?? {}).flat() }
  const fields = ['content-length', String(bytes)]
  for (const name in headers) fields.push(name, headers[name] as string)
  for (const field of latestLimits.fields) fields.push(field)
  outgoing.writeHead(status, fields)
  // ASCII, as most answers are, is written in less time when it need not be encoded.
  outgoing.end(text, bytes === text.length ? 'latin1' : 'utf8')
  return status
}
