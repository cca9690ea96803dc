import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { type ApiError, invalidRequest } from '../errors.ts'
import { MAX_BODY_BYTES } from '../request-checks.ts'

const TOO_LARGE: ApiError = { type: 'request_too_large', message: 'Request exceeds the maximum size' }

/**
 * Reads a request's body and leaves it on the message as `rawBody`, where @hono/node-server's Request
 * finds it. Done here so that no more than the limit is ever held, and because `text()` would put
 * U+FFFD in the place of what is not UTF-8.
 * @returns what is wrong with it, if anything.
 */
export function readBody(incoming: IncomingMessage): Promise<ApiError | undefined> {
  if (Number(incoming.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return Promise.resolve(TOO_LARGE)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > MAX_BODY_BYTES) {
        chunks.length = 0
        resolve(TOO_LARGE)
      } else {
        chunks.push(chunk)
      }
    })
    incoming.once('end', () => {
      const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
      Object.assign(incoming, { rawBody: body })
      resolve(isUtf8(body) ? undefined : invalidRequest('The request body is not valid UTF-8.'))
    })
    incoming.once('error', reject)
    incoming.once('close', () => reject(new Error('The client closed the connection within its request.')))
  })
}
