import { type ApiError, errorBody, statusOf } from '../errors.ts'
import { identifier } from '../random.ts'

/** Errors that the server itself answers with, before a handler or in its place. */
export interface ServerErrors {
  response(error: ApiError): Response
  /** The whole answer as bytes, for a socket that has no request: what came was not HTTP. */
  raw(error: ApiError): string
}

export function createServerErrors(seed: number): ServerErrors {
  let count = 0
  const nextId = () => {
    count += 1
    return identifier('req', seed, 'server', count)
  }
  return {
    response(error) {
      const requestId = nextId()
      return new Response(errorBody(error, requestId), {
        status: statusOf(error),
        headers: { 'content-type': 'application/json', 'request-id': requestId },
      })
    },
    raw(error) {
      const requestId = nextId()
      const body = errorBody(error, requestId)
      return [
        `HTTP/1.1 ${statusOf(error)} ${error.type}`,
        'content-type: application/json',
        `request-id: ${requestId}`,
        `content-length: ${Buffer.byteLength(body)}`,
        'connection: close',
        '',
        body,
      ].join('\r\n')
    },
  }
}
