import type { ErrorType } from './errors.ts'
import { type AttemptJudgement, createTally, type JournalTotals } from './journal-totals.ts'
import { type ClientVerdict, clientVerdict } from './journal-verdict.ts'
import type { LimitUse } from './limits/limit-use.ts'
import { hashOf } from './random.ts'
import type { RateLimitName } from './rate-limits.ts'

/** Why an attempt got no answer, or which fault was in it. */
export type RejectionReason = `rate-limit:${RateLimitName}` | `fault:${string}` | `check:${ErrorType}`

interface AttemptStart extends AttemptJudgement {
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
      readonly retryAfterSeconds?: number
    }
  | { readonly state: 'aborted'; readonly endMs: number }

export interface JournalWriter extends Journal {
  /** Writes down an arrival; the returned function writes down its end. */
  open(
    start: Pick<AttemptStart, 'startMs' | 'requestHash' | 'attempt' | 'inputTokens'>,
    body: string,
    request: Pick<Request, 'method' | 'url' | 'headers'>,
  ): (end: JournalEnd) => void
}

/** How much more than the limit may be there before the oldest go: dropping one at a time would move all the others. */
const SLACK = 1.1

/**
 * Totals are of all attempts. Entries are small, and the last `entryLimit` are kept; bodies are large, and
 * the last `bodyLimit` are.
 */
export function createJournal(
  bodyLimit: number,
  entryLimit: number,
  limitsUsed: () => readonly LimitUse[],
): JournalWriter {
  const tally = createTally()
  const kept: JournalEntry[] = []
  let dropped = 0
  const bodies = new Map<number, string>()
  const entries = () => (kept.length > entryLimit ? kept.slice(-entryLimit) : kept)
  // Clients mostly come with the same key to the same address as just before.
  let last = { method: '', url: '', raw: '', route: '', key: '' }
  const known = ({ method, url, headers }: Pick<Request, 'method' | 'url' | 'headers'>) => {
    const raw = rawKey(headers)
    if (last.method !== method || last.url !== url || last.raw !== raw) {
      last = { method, url, raw, route: `${method} ${pathOf(url)}`, key: hashKey(raw) }
    }
    return last
  }
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
    verdict: () => clientVerdict(tally.totals, entries(), limitsUsed()),
    get requests() {
      return Array.from(bodies, ([n, body]) => ({ n, body }))
    },
    open(start, body, request) {
      const n = dropped + kept.length + 1
      const { route, key } = known(request)
      const opening = {
        startMs: start.startMs,
        subject: `${route} ${start.requestHash}`,
        isPost: request.method === 'POST',
        key,
      }
      const opened: AttemptStart = { n, ...start, route, key, ...tally.open(opening) }
      keep({ ...opened, state: 'pending' })
      bodies.set(n, body)
      // A Map iterates in the order of insertion, so this drops the oldest.
      if (bodies.size > bodyLimit) bodies.delete(n - bodyLimit)
      return (end) => {
        tally.end(opening, end.state === 'ended' ? { ...end, inputTokens: start.inputTokens } : end)
        const index = n - 1 - dropped
        if (index >= 0) kept[index] = { ...opened, ...end }
      }
    },
  }
}

/** By hand, because making a URL takes as long as all the rest of an entry. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  if (start < 0) return '/'
  const end = url.slice(start).search(/[?#]/)
  return end < 0 ? url.slice(start) : url.slice(start, start + end)
}

function rawKey(headers: Headers): string {
  return headers.get('x-api-key') || headers.get('authorization')?.replace(/^Bearer\s+/i, '') || ''
}

function hashKey(key: string): string {
  return key === '' ? '' : hashOf('key', key).slice(0, 12)
}
