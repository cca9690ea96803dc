import { setTimeout as delay } from 'node:timers/promises'
import type { Arrival } from '../arrivals/index.ts'
import type { LoadRecorder, RunEnd } from './load-recorder.ts'

/** Does one run, from when it is meant to start (real ms) to its end. */
export type DoRun = (arrival: Arrival, n: number, meantAt: number) => Promise<RunEnd>

export interface StartOptions {
  readonly recorder: Pick<LoadRecorder, 'started' | 'ended' | 'dropped' | 'inFlight'>
  readonly run: DoRun
  /** Aborts when no more runs are to be started. */
  readonly signal: AbortSignal
  readonly now: () => number
  /** Runs to be started at most. */
  readonly mostRuns: number
}

/**
 * The open model: runs start when they are due, whether or not others have ended. One that finds as many under
 * way as may be is dropped, and counted.
 * @returns when the last has ended
 * @throws what a run throws: a mistake of the generator's, and no answer of the service
 */
export async function startWhenDue(
  arrivals: Iterable<Arrival>,
  { timeScale, maxInFlight }: { readonly timeScale: number; readonly maxInFlight: number },
  options: StartOptions,
): Promise<void> {
  const { recorder, now, signal, mostRuns } = options
  const underWay = new Set<Promise<void>>()
  const failures: unknown[] = []
  const began = now()
  let n = 0
  for (const arrival of arrivals) {
    if (n >= mostRuns || failures.length > 0) break
    const meantAt = began + arrival.atMs / timeScale
    if (meantAt > now()) await delay(meantAt - now(), undefined, { signal }).catch(() => {})
    if (signal.aborted) break
    if (recorder.inFlight >= maxInFlight) recorder.dropped()
    else {
      const run = begin(options, arrival, n, meantAt)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => underWay.delete(run))
      underWay.add(run)
    }
    n++
  }
  await Promise.all(underWay)
  if (failures.length > 0) throw failures[0]
}

/** The closed model: so many users, each of whom starts the next run when the last has ended. */
export interface ClosedArrivals {
  readonly connections: number
  /** When no more are started, since the beginning, real ms. */
  readonly untilMs: number
}

/** Numbers of the runs that may still be started. */
export type Turns = Iterator<number, undefined>

export function* takeTurns(
  { untilMs }: ClosedArrivals,
  { now, signal, mostRuns }: Pick<StartOptions, 'now' | 'signal' | 'mostRuns'>,
): Generator<number, undefined> {
  const began = now()
  for (let n = 0; n < mostRuns && now() - began < untilMs && !signal.aborted; n++) yield n
}

/** @returns when the last has ended */
export async function startInTurn(arrivals: ClosedArrivals, options: StartOptions): Promise<void> {
  const turns = takeTurns(arrivals, options)
  await Promise.all(Array.from({ length: arrivals.connections }, () => useInTurn(turns, options)))
}

/** One of these users. */
export async function useInTurn(turns: Turns, options: StartOptions): Promise<void> {
  for (let turn = turns.next(); !turn.done; turn = turns.next()) {
    await begin(options, { atMs: 0 }, turn.value, options.now())
  }
}

async function begin(
  { recorder, run, now }: StartOptions,
  arrival: Arrival,
  n: number,
  meantAt: number,
): Promise<void> {
  recorder.started(now() - meantAt)
  const end = await run(arrival, n, meantAt)
  recorder.ended(end, now() - meantAt)
}
