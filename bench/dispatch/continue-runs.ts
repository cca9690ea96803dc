import { type Clock, type Engine, RunNotFoundError } from '../../engine/index.ts'
import { type BrokenOff, pauseAfterMs } from './broken-off.ts'

export interface ContinueOptions {
  readonly clock: Clock
  /** Ends it: what is under way is handed back. */
  readonly signal: AbortSignal
  /** Told of each invocation that breaks off. */
  readonly onError: (error: unknown, about: BrokenOff) => void
}

/** Before another look at a run that somebody else works on, ms. */
const BUSY_MS = 1_000

/** An engine that goes on with each run that it creates or opens again, until the run has ended. */
export function continueRuns(engine: Engine, options: ContinueOptions): Engine {
  const goOn = (runId: string) => {
    untilFinished(engine, runId, options).catch((error: unknown) => {
      if (!options.signal.aborted) options.onError(error, { runId })
    })
  }
  return {
    ...engine,
    async createRun(uploads, runOptions) {
      const runId = await engine.createRun(uploads, runOptions)
      goOn(runId)
      return runId
    },
    async retry(runId) {
      await engine.retry(runId)
      goOn(runId)
    },
    async regenerate(runId, what) {
      await engine.regenerate(runId, what)
      goOn(runId)
    },
  }
}

async function untilFinished(
  engine: Engine,
  runId: string,
  { clock, signal, onError }: ContinueOptions,
): Promise<void> {
  let brokenOff = 0
  while (!signal.aborted) {
    try {
      const { state } = await engine.processNext(runId, { signal })
      if (state === 'finished') return
      brokenOff = 0
      if (state === 'busy') await clock.sleep(BUSY_MS, signal)
    } catch (error) {
      if (signal.aborted || error instanceof RunNotFoundError) throw error
      const againInMs = pauseAfterMs(brokenOff++)
      onError(error, { runId, againInMs })
      await clock.sleep(againInMs, signal)
    }
  }
}
