import type { ErrorType } from './errors.ts'
import type { RateLimitName } from './rate-limits.ts'

/** Why an attempt got no answer, or which fault was in it. */
export type RejectionReason = `rate-limit:${RateLimitName}` | `fault:${string}` | `check:${ErrorType}`

interface AttemptStart {
  /** From 1, in the order of arrival: when the whole request was there. */
  readonly n: number
  /** Ms of the mock's clock. */
  readonly startMs: number
  /** Equal for requests of equal content. */
  readonly requestHash: string
  /** The how-manieth request of this content, from 1. */
  readonly attempt: number
  /** Estimated; 0 when the request did not pass the checks. */
  readonly inputTokens: number
}

/** One HTTP request, as the API saw it. */
export type JournalEntry =
  | (AttemptStart & { readonly state: 'pending' })
  | (AttemptStart & {
      readonly state: 'ended'
      readonly endMs: number
      /** 0 when the connection broke. */
      readonly status: number
      /** 0 for a rejected one. */
      readonly outputTokens: number
      /** Only of a rejected one, and of one that a fault was in. */
      readonly reason?: RejectionReason
    })
  /** The client went away before the answer. */
  | (AttemptStart & { readonly state: 'aborted'; readonly endMs: number })

export interface Journal {
  /** Every attempt, in the order of arrival. */
  readonly entries: readonly JournalEntry[]
  /** The bodies of the last `journalLimit` requests, oldest first. */
  readonly requests: readonly { readonly n: number; readonly body: string }[]
}

export type JournalEnd =
  | {
      readonly state: 'ended'
      readonly endMs: number
      readonly status: number
      readonly outputTokens: number
      readonly reason?: RejectionReason
    }
  | { readonly state: 'aborted'; readonly endMs: number }

export interface JournalWriter extends Journal {
  /** Writes down an arrival; the returned function writes down its end. */
  open(start: Omit<AttemptStart, 'n'>, body: string): (end: JournalEnd) => void
}

/**
 * Entries are small and all kept, since figures from a part of them would be biased. Bodies are large,
 * so only the last `bodyLimit` are kept.
 */
export function createJournal(bodyLimit: number): JournalWriter {
  const entries: JournalEntry[] = []
  const bodies = new Map<number, string>()
  return {
    entries,
    get requests() {
      return Array.from(bodies, ([n, body]) => ({ n, body }))
    },
    open(start, body) {
      const n = entries.length + 1
      const opened: AttemptStart = { n, ...start }
      entries.push({ ...opened, state: 'pending' })
      bodies.set(n, body)
      // A Map iterates in the order of insertion, so this drops the oldest.
      if (bodies.size > bodyLimit) bodies.delete(n - bodyLimit)
      return (end) => {
        entries[n - 1] = { ...opened, ...end }
      }
    },
  }
}
