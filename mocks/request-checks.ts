import { Buffer } from 'node:buffer'
import { type ApiError, invalidRequest } from './errors.ts'

/** The API's limit on a request's body. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024

const VERSIONS = ['2023-01-01', '2023-06-01', '2026-10-21']

/** The headers of a request, by their names in lower case. */
export type HeaderReader = Pick<Headers, 'get'>

/** The keys that are let in, and those that are known and are not. */
export interface KeyLimits {
  readonly apiKeys: readonly string[] | undefined
  readonly forbiddenApiKeys: readonly string[]
}

/** What is wrong with a request before its body is looked at; size first, because the proxy in front sees it. */
export function checkEnvelope(
  headers: HeaderReader,
  text: string,
  limits: KeyLimits,
  maxBytes = MAX_BODY_BYTES,
): { readonly version: string } | { readonly error: ApiError } {
  // A character has at most 3 bytes in UTF-8: short texts need no count.
  if (text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes) {
    return { error: { type: 'request_too_large', message: 'Request exceeds the maximum size' } }
  }
  const error = keyError(headers, limits)
  if (error !== undefined) return { error }
  const version = headers.get('anthropic-version')
  if (version === null) return { error: invalidRequest('anthropic-version: header is required') }
  if (!VERSIONS.includes(version)) {
    return { error: invalidRequest(`anthropic-version: "${version}" is not a valid version`) }
  }
  return { version }
}

/** Why the key of a request is not let in; undefined when it is. */
export function keyError(headers: HeaderReader, limits: KeyLimits): ApiError | undefined {
  const authentication = authenticationProblem(headers, limits.apiKeys)
  if (authentication !== undefined) return { type: 'authentication_error', message: authentication }
  if (!limits.forbiddenApiKeys.includes(apiKeyOf(headers) ?? '')) return undefined
  const message = 'Your API key does not have permission to use the specified resource'
  return { type: 'permission_error', message }
}

/** The key that a request comes with, in either header. */
export function apiKeyOf(headers: HeaderReader): string | undefined {
  return headers.get('x-api-key') || bearerOf(headers)
}

function bearerOf(headers: HeaderReader): string | undefined {
  return /^Bearer\s+(.+)$/i.exec(headers.get('authorization') ?? '')?.[1]
}

function authenticationProblem(
  headers: HeaderReader,
  apiKeys: readonly string[] | undefined,
): string | undefined {
  const key = apiKeyOf(headers)
  if (!key) return 'x-api-key header is required'
  if (apiKeys !== undefined && !apiKeys.includes(key)) {
    return bearerOf(headers) === undefined ? 'invalid x-api-key' : 'Invalid bearer token'
  }
  return undefined
}
