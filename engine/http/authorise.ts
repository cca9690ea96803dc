import type { MiddlewareHandler } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { ApiError } from './api-error.ts'

/** What a token may be made of, by RFC 6750: any other could never be sent. */
export const TOKEN_PATTERN = /^[\w.~+/-]+=*$/

/** Lets in who sends `Authorization: Bearer <token>`; compared in a time that says nothing of the token. */
export function authorise(token: string): MiddlewareHandler {
  const refused = (message: string) => ({
    message: () => new ApiError(401, 'UNAUTHORIZED', message).response,
  })
  return bearerAuth({
    token,
    realm: 'tierbench',
    noAuthenticationHeader: refused('expected Authorization: Bearer <token>, got no such header'),
    invalidAuthenticationHeader: refused('expected Authorization: Bearer <token>, got something else'),
    invalidToken: refused('expected the token of this server, got another'),
  })
}
