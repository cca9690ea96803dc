import type { MiddlewareHandler } from 'hono'
import { ApiError } from './api-error.ts'

/**
 * Takes requests only under these names. Without it a web page could have its own name resolve to
 * 127.0.0.1, and the browser would let it read and write here as if it came from here (DNS rebinding).
 * @param names Host names without a port; an IPv6 address in brackets.
 */
export function knownHost(names: readonly string[]): MiddlewareHandler {
  return async (context, next) => {
    const { hostname } = new URL(context.req.url)
    if (names.includes(hostname)) return next()
    throw new ApiError(421, 'UNKNOWN_HOST', `expected a request to ${names.join(' or ')}, got "${hostname}"`)
  }
}
