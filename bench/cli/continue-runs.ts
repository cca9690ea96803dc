import type { Clock, Engine } from '../../engine/index.ts'

export interface ContinueOptions {
  readonly clock: Clock
  /** Ends it: what is under way is handed back. */
  readonly signal: AbortSignal
  /** Told where a run cannot be gone on with. */
  readonly onError: (error: unknown, runId: string) => void
}

/** Before another look at a run that somebody else works on, ms. */
const BUSY_MS = 1_000

/** An engine that goes on with each run that it creates or opens again, until the run has ended. */
export function continueRuns(engine: Engine, options: ContinueOptions): Engine {
  const goOn = (runId: string) => {
    untilFinished(engine, runId, options).catch((error: unknown) => {
      if (!options.signal.aborted) options.onError(error, runId)
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
  { clock, signal }: ContinueOptions,
): Promise<void> {
  while (!signal.aborted) {
    const { state } = await engine.processNext(runId, { signal })
    if (state === 'finished') return
    if (state === 'busy') await clock.sleep(BUSY_MS, signal)
  }
}
