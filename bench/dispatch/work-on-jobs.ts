import { type Clock, type Engine, RunNotFoundError } from '../../engine/index.ts'
import { type BrokenOff, pauseAfterMs } from './broken-off.ts'
import type { NextJob, RunJob, RunQueue } from './run-queue.ts'

export interface WorkOnJobsOptions {
  readonly engine: Pick<Engine, 'processNext'>
  readonly queue: Pick<RunQueue, 'take' | 'end'>
  readonly clock: Clock
  /** Jobs under way here at once, at most. */
  readonly atOnce: number
  /** Between two looks for jobs where none was due, ms of the clock. */
  readonly pollMs: number
  /** Ends it: what is under way is handed back. */
  readonly signal: AbortSignal
  /** Told of each invocation that breaks off, and of jobs that cannot be ended: those expire. */
  readonly onError: (error: unknown, about: BrokenOff) => void
}

/**
 * Before another look at a run that somebody else works on, ms. One that was killed keeps it busy until its
 * lease is over, which is longer.
 */
const BUSY_MS = 5_000

/**
 * Takes jobs, each of which is one invocation, until the signal; then resolves when all that were taken have
 * been handed back. A job's end sends the next invocation of its run, if there is to be one. Retries of calls
 * are the engine's; pg-boss's own retry is for jobs whose process has died.
 */
export async function workOnJobs(options: WorkOnJobsOptions): Promise<void> {
  const { queue, clock, atOnce, pollMs, signal, onError } = options
  const underWay = new Set<Promise<void>>()
  let wake = new AbortController()
  while (!signal.aborted) {
    wake = new AbortController()
    const free = atOnce - underWay.size
    const jobs = free > 0 ? await queue.take(free) : []
    for (const job of jobs) {
      const work = workOn(job, options)
        .catch((error: unknown) => onError(error, { runId: job.runId }))
        .finally(() => {
          underWay.delete(work)
          wake.abort()
        })
      underWay.add(work)
    }
    // As many as were asked for: there may be more, if there is room for them.
    if (jobs.length > 0 && jobs.length === free && underWay.size < atOnce) continue
    const ms = underWay.size < atOnce ? pollMs : Number.POSITIVE_INFINITY
    await pause(clock, ms, AbortSignal.any([signal, wake.signal]))
  }
  await Promise.all(underWay)
}

async function workOn(job: RunJob, options: WorkOnJobsOptions): Promise<void> {
  await options.queue.end(job, await invoke(job, options))
}

/** One invocation. @returns what is to come after it */
async function invoke(
  { runId, brokenOff }: RunJob,
  { engine, signal, onError }: WorkOnJobsOptions,
): Promise<NextJob | undefined> {
  if (signal.aborted) return {}
  try {
    const { state } = await engine.processNext(runId, { signal })
    switch (state) {
      case 'finished':
        return undefined
      case 'continue':
      case 'helped':
        return {}
      case 'busy':
        return { afterMs: BUSY_MS }
      default:
        return state satisfies never
    }
  } catch (error) {
    if (signal.aborted) return {}
    if (error instanceof RunNotFoundError) {
      onError(error, { runId })
      return undefined
    }
    const afterMs = pauseAfterMs(brokenOff)
    onError(error, { runId, againInMs: afterMs })
    return { afterMs, brokenOff: brokenOff + 1 }
  }
}

/** Until one of them: the time is over, or the signal aborts. */
async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  if (ms !== Number.POSITIVE_INFINITY) await clock.sleep(ms, signal).catch(() => {})
  else await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
