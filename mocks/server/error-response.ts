import type { WholeAnswer } from '../attempt.ts'
import { type ApiError, errorBody, statusOf } from '../errors.ts'
import { identifier } from '../random.ts'

/** Errors that the server itself answers with, before a handler or in its place. */
export interface ServerErrors {
  answer(error: ApiError): WholeAnswer
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
  const answer = (error: ApiError): WholeAnswer => {
    const requestId = nextId()
    return {
      kind: 'whole',
      status: statusOf(error),
      headers: { 'content-type': 'application/json', 'request-id': requestId },
      text: errorBody(error, requestId),
    }
  }
  return {
    answer,
    response(error) {
      const { text, status, headers } = answer(error)
      return new Response(text, { status, headers })
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
