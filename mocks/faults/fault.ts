import type { ErrorType } from '../errors.ts'

/** Which part of the API a request is for. */
export type EndpointName = 'messages' | 'count_tokens' | 'batches' | 'models'

/**
 * When a fault is due. All conditions that are given must hold; with none, it is due for every request
 * that passes the request checks, whatever the rate limits then say of it.
 */
export interface FaultConditions {
  /** @default 'messages' */
  readonly endpoint?: EndpointName
  /** Not before this time, ms since the mock was made. @default 0 */
  readonly fromMs?: number
  /** Only before this time, ms since the mock was made. @default for ever */
  readonly untilMs?: number
  /** Only for this API key. @default any */
  readonly apiKey?: string
  /** Only for this model. @default any */
  readonly model?: string
  /** Only when the request has this header, with this value if one is given. @default any */
  readonly header?: { readonly name: string; readonly value?: string }
  /** Only when the system prompt or a message has this text: so a phase is told by its prompt. @default any */
  readonly promptIncludes?: string
  /** Only for the nth of the requests for which the conditions above hold, from 1. @default all */
  readonly nthRequest?: number
  /** Only for every nth of the requests for which the conditions above hold. @default all */
  readonly everyNthRequest?: number
  /** Only in this share of the cases, 0 to 1, drawn from what the request is about and its attempt. @default 1 */
  readonly probability?: number
}

/** An error answer in place of the real one. */
export interface StatusFault extends FaultConditions {
  /** @default 'status' */
  readonly kind?: 'status'
  /** 502 comes from a proxy, as HTML. */
  readonly status: 429 | 500 | 502 | 504 | 529
  /** Sent as `retry-after`, seconds, with a 429. @default none sent */
  readonly retryAfterSeconds?: number
  /** The API's code in `error.details`. @default none */
  readonly errorCode?: string
  /** The answer comes after this time, ms. @default `rejectMs` of the mock */
  readonly afterMs?: number
}

/** An `error` event in a stream that began with 200; where nothing is streamed, the error's status. */
export interface StreamErrorFault extends FaultConditions {
  readonly kind: 'stream-error'
  /** @default 'overloaded_error' */
  readonly errorType?: ErrorType
  /** After this share of the body. @default 0.5 */
  readonly afterFraction?: number
}

/** Nothing comes: until the client goes away, or for a time. A day later the connection breaks. */
export interface StallFault extends FaultConditions {
  readonly kind: 'stall'
  /** Ms. @default until the client goes away */
  readonly forMs?: number
  /** Before the headers, or in the middle of the body. @default 'start' */
  readonly at?: 'start' | 'body'
}

/** The body ends too early. */
export interface TruncatedFault extends FaultConditions {
  readonly kind: 'truncated'
  /** After this share of the body. @default 0.5 */
  readonly afterFraction?: number
  /** As if it were whole, or by a connection that breaks. @default 'closed' */
  readonly ending?: 'closed' | 'reset'
}

/** The body, or one event in the middle of a stream, is no JSON. */
export interface MalformedJsonFault extends FaultConditions {
  readonly kind: 'malformed-json'
}

/** The body takes longer than it should. */
export interface SlowBodyFault extends FaultConditions {
  readonly kind: 'slow-body'
  /** So much longer, ms. */
  readonly overMs: number
}

/**
 * The content does not hold for the schema that the request gives: only for requests with an output
 * schema or tools.
 */
export interface SchemaViolationFault extends FaultConditions {
  readonly kind: 'schema-violation'
}

/** The model refuses: 200, stop_reason `refusal`. */
export interface RefusalFault extends FaultConditions {
  readonly kind: 'refusal'
}

/** The answer is cut as if `max_tokens` were reached. */
export interface MaxTokensFault extends FaultConditions {
  readonly kind: 'max-tokens'
  /** Output tokens that are left. @default half of them */
  readonly tokens?: number
}

/** No connection. In process `fetch` rejects as it does then; a server has to close the socket. */
export interface ConnectionRefusedFault extends FaultConditions {
  readonly kind: 'connection-refused'
}

/** The connection breaks before the answer. In process `fetch` rejects as it does then. */
export interface ConnectionResetFault extends FaultConditions {
  readonly kind: 'connection-reset'
  /** Ms. @default `rejectMs` of the mock */
  readonly afterMs?: number
}

/** What can go wrong by schedule: plain data, so that it can come from a JSON file. */
export type Fault =
  | StatusFault
  | StreamErrorFault
  | StallFault
  | TruncatedFault
  | MalformedJsonFault
  | SlowBodyFault
  | SchemaViolationFault
  | RefusalFault
  | MaxTokensFault
  | ConnectionRefusedFault
  | ConnectionResetFault

/** What the journal says of an attempt that a fault was due for: its kind or status, and its error code. */
export function faultName(fault: Fault): `fault:${string}` {
  if (!('status' in fault)) return `fault:${fault.kind}`
  return fault.errorCode === undefined ? `fault:${fault.status}` : `fault:${fault.status}:${fault.errorCode}`
}
