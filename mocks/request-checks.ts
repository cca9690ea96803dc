import { Buffer } from 'node:buffer'
import { type ApiError, invalidRequest } from './errors.ts'

/** The API's limit on a request's body. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024

const VERSIONS = ['2023-01-01', '2023-06-01', '2026-10-21']

/** What is wrong with a request before its body is looked at; size first, because the proxy in front sees it. */
export function checkEnvelope(
  request: Request,
  text: string,
  apiKeys: readonly string[] | undefined,
): { readonly version: string } | { readonly error: ApiError } {
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) {
    return { error: { type: 'request_too_large', message: 'Request exceeds the maximum size' } }
  }
  const authentication = authenticationProblem(request.headers, apiKeys)
  if (authentication !== undefined)
    return { error: { type: 'authentication_error', message: authentication } }
  const version = request.headers.get('anthropic-version')
  if (version === null) return { error: invalidRequest('anthropic-version: header is required') }
  if (!VERSIONS.includes(version)) {
    return { error: invalidRequest(`anthropic-version: "${version}" is not a valid version`) }
  }
  return { version }
}

function authenticationProblem(headers: Headers, apiKeys: readonly string[] | undefined): string | undefined {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.get('authorization') ?? '')?.[1]
  const key = headers.get('x-api-key') || bearer
  if (!key) return 'x-api-key header is required'
  if (apiKeys !== undefined && !apiKeys.includes(key)) {
    return bearer === undefined ? 'invalid x-api-key' : 'Invalid bearer token'
  }
  return undefined
}
