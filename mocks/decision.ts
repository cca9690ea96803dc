import type { ApiError } from './errors.ts'
import type { RejectionReason } from './journal.ts'
import { type ConnectionFault, type Reply, wholeReply } from './reply.ts'

/** What becomes of a request, decided when it arrives. */
export type Decision =
  | {
      readonly kind: 'rejected'
      readonly error: ApiError
      readonly reason: RejectionReason
      readonly afterMs: number
      readonly headers?: Readonly<Record<string, string>>
      /** In place of the error's JSON. */
      readonly html?: string
    }
  | { readonly kind: 'answered'; readonly reply: Reply; readonly accounting: Accounting }
  /** No HTTP answer at all. */
  | {
      readonly kind: 'broken'
      readonly code: ConnectionFault['code']
      readonly reason: RejectionReason
      readonly afterMs: number
    }

/** What an answer is charged for. */
export interface Accounting {
  /** Headers of the answer, when it begins. */
  headers(nowMs: number): Readonly<Record<string, string>>
  /** The answer is through; of an answer in one piece this is before its headers. */
  finish(outputTokens: number, nowMs: number): void
  /** The client has gone away after so many output tokens. */
  abandon(outputTokens: number, nowMs: number): void
}

const FREE: Accounting = { headers: () => ({}), finish() {}, abandon() {} }

export function rejected(
  error: ApiError,
  reason: RejectionReason,
  afterMs: number,
  headers: Readonly<Record<string, string>> = {},
): Decision {
  return { kind: 'rejected', error, reason, afterMs, headers }
}

/** An answer for which no token is generated. */
export function answeredFree(value: unknown, afterMs: number): Decision {
  return { kind: 'answered', reply: wholeReply(JSON.stringify(value), afterMs), accounting: FREE }
}

export function answeredWithText(text: string, contentType: string, afterMs: number): Decision {
  return { kind: 'answered', reply: { ...wholeReply(text, afterMs), contentType }, accounting: FREE }
}
