/** A part of a body and when it goes out. */
export interface Chunk {
  /** Ms since the request came. */
  readonly atMs: number
  readonly text: string
  /** Output tokens generated when it goes out, over the whole message. */
  readonly outputTokens: number
}

/**
 * How a body ends: as it should, silently too early, by a connection that breaks, or not at all. A body
 * that comes to no end is given up after STALL_MS.
 */
export type Ending = 'whole' | 'closed' | 'reset' | 'stalled'

/** An HTTP answer over time. The headers go out with the first chunk. */
export interface Reply {
  readonly status: number
  readonly contentType: string
  readonly chunks: readonly [Chunk, ...Chunk[]]
  readonly ending: Ending
  /** Also sent. @default none */
  readonly headers?: Readonly<Record<string, string>>
}

/** A client that waits for ever: after a day of the clock the connection breaks. */
export const STALL_MS = 24 * 3_600_000

export function wholeReply(text: string, atMs: number, outputTokens = 0): Reply {
  return {
    status: 200,
    contentType: 'application/json',
    chunks: [{ atMs, text, outputTokens }],
    ending: 'whole',
  }
}

/** What `fetch` throws when there is no connection, or no longer one: its `cause` has the code. */
export class ConnectionFault extends TypeError {
  readonly code: 'ECONNREFUSED' | 'ECONNRESET'

  constructor(code: 'ECONNREFUSED' | 'ECONNRESET', message: 'fetch failed' | 'terminated' = 'fetch failed') {
    const problem = code === 'ECONNREFUSED' ? 'connect ECONNREFUSED' : 'read ECONNRESET'
    super(message, { cause: Object.assign(new Error(problem), { code }) })
    this.code = code
  }
}
