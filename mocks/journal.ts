import type { ErrorType } from './errors.ts'
import { type AttemptJudgement, createTally, type JournalTotals } from './journal-totals.ts'
import { type ClientVerdict, clientVerdict } from './journal-verdict.ts'
import type { LimitUse } from './limits/limit-use.ts'
import { hashOf } from './random.ts'
import type { RateLimitName } from './rate-limits.ts'
import { createRecentMap } from './recent-map.ts'
import type { HeaderReader } from './request-checks.ts'

/** Why an attempt got no answer, or which fault was in it. */
export type RejectionReason = `rate-limit:${RateLimitName}` | `fault:${string}` | `check:${ErrorType}`

interface AttemptStart extends AttemptJudgement {
  /** From 1, in the order of arrival: when the whole request was there. */
  readonly n: number
  /** Ms of the mock's clock. */
  readonly startMs: number
  /** Equal for requests of the same method, path and content. */
  readonly requestHash: string
  /** The how-manieth request of this content, from 1. */
  readonly attempt: number
  /** Estimated; 0 when the request did not pass the checks. */
  readonly inputTokens: number
  /** Method and path. */
  readonly route: string
  /** Hash of the API key, which itself is in no entry; '' without one. */
  readonly key: string
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
      /** Only where one was sent. */
      readonly retryAfterSeconds?: number
    })
  /** The client went away before the answer. */
  | (AttemptStart & { readonly state: 'aborted'; readonly endMs: number })

export interface Journal {
  /** The last `journalEntries` attempts, in the order of arrival: every one as long as `cut` is false. */
  readonly entries: readonly JournalEntry[]
  /** Whether entries have been dropped: then figures are to be taken from `totals`, which miss none. */
  readonly cut: boolean
  /** Of every attempt since the mock began. */
  readonly totals: JournalTotals
  /** How the client behaved so far, and how much it used of each limit. */
  verdict(): ClientVerdict
  /** The bodies of the last requests, within `journalLimit` and `journalBytes`, oldest first. */
  readonly requests: readonly { readonly n: number; readonly body: string }[]
}

export type JournalEnd =
  | {
      readonly state: 'ended'
      readonly endMs: number
      readonly status: number
      readonly outputTokens: number
      readonly reason?: RejectionReason
      readonly retryAfterSeconds?: number
    }
  | { readonly state: 'aborted'; readonly endMs: number }

export interface JournalWriter extends Journal {
  /** The how-manieth request of this content the next one is, from 1. */
  nextAttempt(requestHash: string): number
  /** Writes down an arrival; the returned function writes down its end. */
  open(
    start: Pick<AttemptStart, 'startMs' | 'requestHash' | 'attempt' | 'inputTokens'>,
    body: string,
    request: { readonly method: string; readonly path: string; readonly headers: HeaderReader },
  ): (end: JournalEnd) => void
}

/** How much more than the limit may be there before the oldest go: dropping one at a time would move all the others. */
const SLACK = 1.1
/** In memory, at most. */
const BYTES_PER_CHARACTER = 2

/** How much a journal keeps. */
export interface JournalLimits {
  /** Request bodies. */
  readonly bodies: number
  /** Bytes of all bodies together, at 2 a character. */
  readonly bodyBytes: number
  readonly entries: number
}

/** In this process's memory only, so that a key is not hashed for each of its requests. */
const KEY_HASHES_REMEMBERED = 1_000

/**
 * Totals are of all attempts. Entries are small, and the last of them are kept by number; bodies are large,
 * and the last are kept by number and by size.
 */
export function createJournal(
  { bodies: bodyLimit, bodyBytes: bodyByteLimit, entries: entryLimit }: JournalLimits,
  limitsUsed: () => readonly LimitUse[],
): JournalWriter {
  const tally = createTally()
  const kept: JournalEntry[] = []
  let dropped = 0
  /** By number, oldest first. */
  const bodies = new Map<number, string>()
  let bodyBytes = 0
  const keepBody = (n: number, body: string) => {
    if (bodyLimit === 0) return
    bodies.set(n, body)
    bodyBytes += body.length * BYTES_PER_CHARACTER
    for (const [oldest, text] of bodies) {
      if (bodies.size <= bodyLimit && bodyBytes <= bodyByteLimit) break
      bodies.delete(oldest)
      bodyBytes -= text.length * BYTES_PER_CHARACTER
    }
  }
  const keyHashes = createRecentMap<string>(KEY_HASHES_REMEMBERED)
  const keyHash = (key: string) => {
    const known = key === '' ? '' : keyHashes.get(key)
    if (known !== undefined) return known
    const hash = hashOf('key', key).slice(0, 12)
    keyHashes.set(key, hash)
    return hash
  }
  /** The last one: entries with the same route then share its text. */
  let route = ''
  const entries = () => (kept.length > entryLimit ? kept.slice(-entryLimit) : kept)
  const keep = (entry: JournalEntry) => {
    kept.push(entry)
    if (kept.length <= entryLimit * SLACK) return
    dropped += kept.length - entryLimit
    kept.splice(0, kept.length - entryLimit)
  }
  return {
    get entries() {
      return entries()
    },
    get cut() {
      return tally.totals.attempts > entryLimit
    },
    totals: tally.totals,
    nextAttempt: tally.nextAttempt,
    verdict: () => clientVerdict(tally.totals, entries(), limitsUsed()),
    get requests() {
      return Array.from(bodies, ([n, body]) => ({ n, body }))
    },
    open({ startMs, requestHash, attempt, inputTokens }, body, { method, path, headers }) {
      const n = dropped + kept.length + 1
      if (route !== `${method} ${path}`) route = `${method} ${path}`
      const key = keyHash(keyOf(headers))
      const opening = { startMs, requestHash, isPost: method === 'POST', key, inputTokens }
      const { wait, inVain } = tally.open(opening)
      // All fields at once, and the end is written into them: copies took most of the time of an entry.
      const entry = {
        n,
        startMs,
        requestHash,
        attempt,
        inputTokens,
        route,
        key,
        wait,
        inVain,
        state: 'pending',
        endMs: undefined,
        status: undefined,
        outputTokens: undefined,
        reason: undefined,
        retryAfterSeconds: undefined,
      }
      keep(entry as unknown as JournalEntry)
      keepBody(n, body)
      return (end) => {
        tally.end(opening, end)
        Object.assign(entry, end)
      }
    },
  }
}

function keyOf(headers: HeaderReader): string {
  return headers.get('x-api-key') || headers.get('authorization')?.replace(/^Bearer\s+/i, '') || ''
}
