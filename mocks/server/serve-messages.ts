import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Attempt, WholeAnswer } from '../attempt.ts'
import type { Clock } from '../ports.ts'
import { ConnectionFault } from '../reply.ts'
import type { HeaderReader } from '../request-checks.ts'
import { bodyStream } from '../streaming/index.ts'
import type { AppParts } from './app.ts'
import { readBody } from './read-body.ts'
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
 * an answer. What is answered comes from the same core as in the handler.
 */
export async function serveMessages(
  parts: AppParts,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { mock, metrics, errors, clock } = parts
  const end = metrics.begin(clock.now())
  let status: number | undefined
  try {
    const body = await readBody(incoming, () => mock.current.keyError(headerReader(incoming.headers)))
    if ('type' in body) {
      const arrival = { method: 'POST', path: PATH, headers: headerReader(incoming.headers), text: '' }
      const answer = mock.current.refuse(arrival, body)
      status = answer.status
      send(outgoing, answer)
      return
    }
    const attempt = mock.current.openMessages({
      method: 'POST',
      path: PATH,
      headers: headerReader(incoming.headers),
      text: textOf(body),
    })
    if (attempt.afterMs > 0) await wait(attempt, outgoing, clock)
    const answer = attempt.answer()
    status = answer.status
    if (answer.kind === 'whole') send(outgoing, answer)
    else await sendStream(outgoing, status, answer.headers, bodyStream(answer, clock))
  } catch (error) {
    if (error instanceof ConnectionFault) breakConnection(outgoing, error)
    else if (!outgoing.destroyed) {
      parts.onUnexpected(error)
      status = 500
      send(outgoing, errors.answer({ type: 'api_error', message: 'Internal server error' }))
    }
  } finally {
    end({ status, endMs: clock.now() })
  }
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

function send(outgoing: ServerResponse, { status, headers, text }: WholeAnswer): void {
  const bytes = Buffer.byteLength(text)
  const fields = ['content-length', String(bytes)]
  for (const name in headers) fields.push(name, headers[name] as string)
  outgoing.writeHead(status, fields)
  // ASCII, as most answers are, is written in less time when it need not be encoded.
  outgoing.end(text, bytes === text.length ? 'latin1' : 'utf8')
}
