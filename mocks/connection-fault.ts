/** What is done to a connection in place of an answer. */
export type ConnectionFaultCode = 'ECONNRESET' | 'ECONNREFUSED'

/**
 * Thrown where an answer, or the rest of one, is not to come. In process it is what `fetch` rejects with,
 * with `cause.code` as undici gives it; the standalone server breaks the socket.
 */
export class ConnectionFault extends TypeError {
  override readonly name = 'TypeError'
  constructor(readonly code: ConnectionFaultCode) {
    super('fetch failed', { cause: Object.assign(new Error(code), { code }) })
  }
}
