import { createRecentMap } from './recent-map.ts'

/**
 * What a client did, summed up as it happens: exact for as long as the mock runs, in bounded memory.
 * A call is what the client wants once; every attempt after the first for it is a retry. The mock cannot
 * see calls, so it takes an attempt for a retry when an earlier one of the same content was refused or
 * given up and has not been made good by a retry yet.
 */
export interface JournalTotals {
  readonly attempts: number
  readonly calls: number
  /** Attempts that are no retry, of a POST whose content had been answered before: paid for twice. */
  readonly repeats: number
  readonly aborted: number
  /** Attempts that ended, by the status of the answer; 0 is a connection that broke. */
  readonly byStatus: Readonly<Record<number, number>>
  /** Attempts that were rejected, or that a fault was in, by why. */
  readonly byReason: Readonly<Record<string, number>>
  /** Of answered attempts. Cache reads included. */
  readonly inputTokens: number
  readonly outputTokens: number
  /** Attempts under way at once, those on their way to a refusal included. */
  readonly peakConcurrency: number
  readonly retryAfter: {
    /** Answers that had one. */
    readonly given: number
    /** Attempts that came after one for their content had passed. */
    readonly obeyed: number
    /** Attempts that came before it had. */
    readonly ignored: number
  }
  /** Retries after an error that no retry cures: see `isHopeless`. */
  readonly retriedInVain: number
  /** Seconds after a 429 with at least RETRIES_OF_A_STORM retries that did not wait as told. */
  readonly retryStorms: number
  /** The most such retries in a second after a 429. */
  readonly peakRetriesAfter429: number
}

export interface AttemptOpening {
  readonly startMs: number
  /** Equal for requests of the same method, path and content. */
  readonly requestHash: string
  readonly isPost: boolean
  /** Of the API key; a refused key is hopeless only for that key. */
  readonly key: string
  readonly inputTokens: number
}

/** What is known of an attempt when it arrives. */
export interface AttemptJudgement {
  /** Of a retry-after that was given for the same content; undefined when none was. */
  readonly wait?: 'obeyed' | 'ignored'
  readonly inVain?: true
}

export type AttemptEnding =
  | {
      readonly state: 'ended'
      readonly endMs: number
      readonly status: number
      readonly outputTokens: number
      readonly reason?: string
      readonly retryAfterSeconds?: number
    }
  | { readonly state: 'aborted'; readonly endMs: number }

export interface Tally {
  readonly totals: JournalTotals
  /** Counts the requests of this content: 1 for the first. */
  nextAttempt(requestHash: string): number
  open(opening: AttemptOpening): AttemptJudgement
  end(opening: AttemptOpening, ending: AttemptEnding): void
}

export const RETRIES_OF_A_STORM = 10
const STORM_MS = 1_000
/** A timer of Node may fire up to this much early; a client is not blamed for that. */
const TIMER_TOLERANCE_MS = 1
/** Contents whose history is remembered at least; those longest not seen are forgotten. */
const CONTENTS_REMEMBERED = 50_000

interface Content {
  attempts: number
  /** Attempts refused or given up, and not retried since. */
  owed: number
  answered: boolean
  notBeforeMs: number | undefined
  /** The key for which an error came that no retry cures; '' for any. */
  hopelessFor: string | undefined
}

/** Errors of the request itself, of the key and of the account: a retry gets the same. */
export function isHopeless(status: number, reason: string | undefined): boolean {
  if (reason === 'rate-limit:spend' || reason?.endsWith(':enforced_spend_limit_reached')) return true
  return status >= 400 && status < 500 && ![408, 409, 429].includes(status)
}

export function createTally(): Tally {
  const totals = {
    attempts: 0,
    calls: 0,
    repeats: 0,
    aborted: 0,
    byStatus: {} as Record<number, number>,
    byReason: {} as Record<string, number>,
    inputTokens: 0,
    outputTokens: 0,
    peakConcurrency: 0,
    retryAfter: { given: 0, obeyed: 0, ignored: 0 },
    retriedInVain: 0,
    retryStorms: 0,
    peakRetriesAfter429: 0,
  }
  const contents = createRecentMap<Content>(CONTENTS_REMEMBERED)
  let underWay = 0
  let after429 = { untilMs: Number.NEGATIVE_INFINITY, retries: 0 }

  /** Of the request that was looked for last: without latency it begins, is judged and ends in a row. */
  let latest: { readonly requestHash: string; readonly content: Content } | undefined
  const remember = (requestHash: string): Content => {
    if (latest?.requestHash === requestHash) return latest.content
    let content = contents.get(requestHash)
    if (content === undefined) {
      content = { attempts: 0, owed: 0, answered: false, notBeforeMs: undefined, hopelessFor: undefined }
      contents.set(requestHash, content)
    }
    latest = { requestHash, content }
    return content
  }
  const countAfter429 = (startMs: number) => {
    if (startMs >= after429.untilMs) return
    after429.retries += 1
    totals.peakRetriesAfter429 = Math.max(totals.peakRetriesAfter429, after429.retries)
    if (after429.retries === RETRIES_OF_A_STORM) totals.retryStorms += 1
  }
  const judgeRetry = (content: Content, { startMs, key }: AttemptOpening): AttemptJudgement => {
    content.owed -= 1
    const wait = waitOf(content.notBeforeMs, startMs)
    if (wait !== undefined) totals.retryAfter[wait] += 1
    if (wait !== 'obeyed') countAfter429(startMs)
    const inVain = content.hopelessFor === '' || content.hopelessFor === key
    if (inVain) totals.retriedInVain += 1
    return { ...(wait && { wait }), ...(inVain && { inVain }) }
  }

  return {
    totals,
    nextAttempt(requestHash) {
      const content = remember(requestHash)
      content.attempts += 1
      return content.attempts
    },
    open(opening) {
      totals.attempts += 1
      underWay += 1
      totals.peakConcurrency = Math.max(totals.peakConcurrency, underWay)
      const content = remember(opening.requestHash)
      if (content.owed > 0) return judgeRetry(content, opening)
      totals.calls += 1
      if (content.answered && opening.isPost) totals.repeats += 1
      return {}
    },
    end({ requestHash, key, inputTokens }, ending) {
      underWay -= 1
      const content = remember(requestHash)
      if (ending.state === 'aborted') {
        totals.aborted += 1
        content.owed += 1
        return
      }
      const { status, reason, endMs, retryAfterSeconds } = ending
      totals.byStatus[status] = (totals.byStatus[status] ?? 0) + 1
      if (reason !== undefined) totals.byReason[reason] = (totals.byReason[reason] ?? 0) + 1
      if (status >= 200 && status < 400) {
        totals.inputTokens += inputTokens
        totals.outputTokens += ending.outputTokens
        // An answer that a fault was in may rightly be asked for again.
        if (reason === undefined) content.answered = true
        else content.owed += 1
        content.notBeforeMs = undefined
        content.hopelessFor = undefined
        return
      }
      content.owed += 1
      if (status === 429 && endMs >= after429.untilMs) after429 = { untilMs: endMs + STORM_MS, retries: 0 }
      if (retryAfterSeconds !== undefined) {
        totals.retryAfter.given += 1
        content.notBeforeMs = Math.max(content.notBeforeMs ?? 0, endMs + retryAfterSeconds * 1_000)
      }
      if (isHopeless(status, reason)) content.hopelessFor = status === 401 || status === 403 ? key : ''
    },
  }
}

function waitOf(notBeforeMs: number | undefined, startMs: number): AttemptJudgement['wait'] {
  if (notBeforeMs === undefined) return undefined
  return startMs >= notBeforeMs - TIMER_TOLERANCE_MS ? 'obeyed' : 'ignored'
}
