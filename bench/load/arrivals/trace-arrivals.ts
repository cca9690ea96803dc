import { readFile } from 'node:fs/promises'
import { parseTrace, type TracedRequest } from '../../../mocks/index.ts'
import type { LoadArrivals } from '../../../reports/index.ts'
import { UsageError } from '../../run/index.ts'
import type { Arrival } from './arrival.ts'

/** Tokens of English prose are about three quarters as many words. */
const WORDS_PER_TOKEN = 0.75
/** Shorter, a document says nothing. */
const LEAST_WORDS = 20

/**
 * Reads a recording in the form of scenarios/traces.
 * @throws UsageError where it cannot be read, or is something else
 */
export async function readTrace(file: string): Promise<TracedRequest[]> {
  let requests: TracedRequest[]
  try {
    requests = parseTrace(await readFile(file, 'utf8'))
  } catch (error) {
    throw new UsageError(
      `expected --trace to name a recorded trace, got ${file}: ${(error as Error).message}`,
    )
  }
  if (requests.length > 1) return requests
  throw new UsageError(`expected a trace of two requests or more in ${file}, got ${requests.length}`)
}

/** The recording, as the load takes it. */
export interface TraceArrivals {
  readonly arrivals: readonly Arrival[]
  readonly described: Extract<LoadArrivals, { kind: 'trace' }>
}

/**
 * Each recorded request starts a run, whose documents have as many words as its prompt. The recorded times
 * between them are kept, or all multiplied by one factor, so that bursts stay bursts.
 * @param perSecond The mean rate that they are stretched or pressed to. @default as recorded
 * @param durationMs What comes later is left out. @default nothing is
 * @param mostRuns So are runs beyond these. @default none
 */
export function traceArrivals(
  file: string,
  requests: readonly TracedRequest[],
  {
    perSecond,
    durationMs = Number.POSITIVE_INFINITY,
    mostRuns,
  }: {
    perSecond?: number | undefined
    durationMs?: number | undefined
    mostRuns?: number | undefined
  },
): TraceArrivals {
  const stretch = perSecond === undefined ? 1 : meanRate(requests) / perSecond
  const arrivals = requests
    .map(({ atMs, inputTokens }) => ({
      atMs: atMs * stretch,
      words: Math.max(LEAST_WORDS, Math.round(inputTokens * WORDS_PER_TOKEN)),
    }))
    .filter(({ atMs }) => atMs < durationMs)
    .slice(0, mostRuns)
  return {
    arrivals,
    described: {
      kind: 'trace',
      file,
      requests: arrivals.length,
      durationMs: arrivals.at(-1)?.atMs ?? 0,
      meanPerSecond: meanRate(arrivals),
      stretch,
    },
  }
}

/** From the first to the last, per second. */
function meanRate(moments: readonly { readonly atMs: number }[]): number {
  return moments.length > 1 ? ((moments.length - 1) / Math.max(1, moments.at(-1)?.atMs ?? 0)) * 1_000 : 0
}
