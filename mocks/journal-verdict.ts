import type { JournalTotals } from './journal-totals.ts'
import type { LimitUse } from './limits/limit-use.ts'

/** How a client behaved. */
export interface ClientVerdict {
  readonly attempts: number
  readonly calls: number
  /** 1 for a client that never had to retry; 0 when there was no call. */
  readonly attemptsPerCall: number
  readonly repeats: number
  readonly retryAfter: JournalTotals['retryAfter'] & { readonly examples: readonly VerdictExample[] }
  readonly retriedInVain: { readonly count: number; readonly examples: readonly VerdictExample[] }
  readonly retryStorms: { readonly count: number; readonly peakRetriesInASecond: number }
  readonly peakConcurrency: number
  readonly limits: readonly LimitUse[]
  /** What the client did wrong, in words; empty when nothing. */
  readonly findings: readonly string[]
}

export interface VerdictExample {
  readonly n: number
  readonly startMs: number
  readonly requestHash: string
}

/** Of an entry, what the verdict reads. */
export interface JudgedEntry extends VerdictExample {
  readonly wait?: 'obeyed' | 'ignored'
  readonly inVain?: true
}

const MOST_EXAMPLES = 5

/** Counts come from the totals and are exact; examples are the first that the kept entries still have. */
export function clientVerdict(
  totals: JournalTotals,
  entries: readonly JudgedEntry[],
  limits: readonly LimitUse[],
): ClientVerdict {
  const { attempts, calls, repeats, retryAfter, retriedInVain, retryStorms, peakConcurrency } = totals
  const findings = [
    [retryAfter.ignored, 'came before the retry-after that had been given for it'],
    [retriedInVain, 'repeated a request whose error no retry cures'],
    [repeats, 'asked again for what had been answered'],
  ].flatMap(([count, what]) => (count === 0 ? [] : [`${counted(Number(count), 'attempt')} ${what}.`]))
  if (retryStorms > 0) {
    findings.push(
      `${counted(retryStorms, 'retry storm')}: up to ${totals.peakRetriesAfter429} retries in the second after a 429.`,
    )
  }
  return {
    attempts,
    calls,
    attemptsPerCall: calls === 0 ? 0 : attempts / calls,
    repeats,
    retryAfter: { ...retryAfter, examples: examples(entries, (entry) => entry.wait === 'ignored') },
    retriedInVain: { count: retriedInVain, examples: examples(entries, (entry) => entry.inVain === true) },
    retryStorms: { count: retryStorms, peakRetriesInASecond: totals.peakRetriesAfter429 },
    peakConcurrency,
    limits,
    findings,
  }
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`
}

function examples(
  entries: readonly JudgedEntry[],
  wanted: (entry: JudgedEntry) => boolean,
): VerdictExample[] {
  const found: VerdictExample[] = []
  for (const entry of entries) {
    if (!wanted(entry)) continue
    found.push({ n: entry.n, startMs: entry.startMs, requestHash: entry.requestHash })
    if (found.length === MOST_EXAMPLES) break
  }
  return found
}
