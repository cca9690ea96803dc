import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { MAX_BATCH_BYTES } from '../batches/index.ts'
import { type ApiError, invalidRequest } from '../errors.ts'
import { MAX_BODY_BYTES } from '../request-checks.ts'

const TOO_LARGE: ApiError = { type: 'request_too_large', message: 'Request exceeds the maximum size' }

/** Of a longer body nothing is kept when its key is not let in; a shorter one is answered as any other. */
const MOST_WITHOUT_KEY = 1024 * 1024

/** As collectBody, as a promise. */
export function readBody(
  incoming: IncomingMessage,
  keyError: () => ApiError | undefined,
): Promise<Buffer | ApiError> {
  return new Promise((resolve, reject) => {
    collectBody(incoming, keyError, (body) => (body instanceof Error ? reject(body) : resolve(body)))
  })
}

/**
 * Reads a request's body, or says what is wrong with it. No more than the limit is ever held, and what is
 * not UTF-8 is not decoded, which would put U+FFFD in its place.
 * @param keyError Why the request's key is not let in; asked of a long body only.
 * @param onEnd Called once; with an Error where the connection has broken. Not a promise, which would take a
 * tenth of the time of a short answer.
 */
export function collectBody(
  incoming: IncomingMessage,
  keyError: () => ApiError | undefined,
  onEnd: (body: Buffer | ApiError | Error) => void,
): void {
  const most = mostBytes(incoming)
  if (Number(incoming.headers['content-length'] ?? 0) > most) {
    onEnd(TOO_LARGE)
    return
  }
  const chunks: Buffer[] = []
  let bytes = 0
  let refusal: ApiError | undefined
  let isKeyChecked = false
  const collected = new Collected(onEnd)
  incoming.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MOST_WITHOUT_KEY && !isKeyChecked) {
      isKeyChecked = true
      refusal = keyError()
    }
    if (bytes > most) {
      chunks.length = 0
      collected.end(TOO_LARGE)
    } else if (refusal !== undefined) {
      chunks.length = 0
    } else {
      chunks.push(chunk)
    }
  })
  incoming.on('end', () => {
    if (refusal !== undefined) return collected.end(refusal)
    const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
    collected.end(isUtf8(body) ? body : invalidRequest('The request body is not valid UTF-8.'))
  })
  incoming.on('error', (error) => collected.end(error))
  incoming.on('close', () => {
    // An error has a stack, which takes longer than all the rest here.
    if (!incoming.complete) collected.end(new Error('The client closed the connection within its request.'))
  })
}

/** Tells of the end of a body once: what comes after it is of no interest. */
class Collected {
  private isOver = false

  constructor(private readonly onEnd: (body: Buffer | ApiError | Error) => void) {}

  end(body: Buffer | ApiError | Error): void {
    if (this.isOver) return
    this.isOver = true
    this.onEnd(body)
  }
}

/** A batch may be larger than all else. */
function mostBytes({ method, url = '' }: IncomingMessage): number {
  const isBatch = method === 'POST' && /^\/v1\/messages\/batches(\?|$)/.test(url)
  return isBatch ? MAX_BATCH_BYTES : MAX_BODY_BYTES
}
