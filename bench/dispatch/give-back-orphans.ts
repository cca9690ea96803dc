import type { Clock } from '../../engine/index.ts'
import type { RunQueue } from './run-queue.ts'

export interface GiveBackOptions {
  readonly queue: Pick<RunQueue, 'giveBackOrphans'>
  readonly clock: Clock
  /** How long a run is held without renewal, ms of the clock. */
  readonly leaseMs: number
  /** Between two looks is a share of the lease, but no less than this, ms of the clock. */
  readonly leastPauseMs: number
  readonly signal: AbortSignal
  /** Told of each run that is due again since its process has died. */
  readonly onGivenBack: (runId: string) => void
  readonly onError: (error: unknown, about: object) => void
}

/** A run whose process has died waits for the end of its lease, and for this share of one at most. */
const LOOKS_PER_LEASE = 3

/**
 * Until the signal, looks now and then for jobs whose process has died, and makes them due again: pg-boss itself
 * waits until they expire. Each process that works on jobs does so, whoever else does.
 */
export async function giveBackOrphans(options: GiveBackOptions): Promise<void> {
  const { queue, clock, leaseMs, leastPauseMs, signal, onGivenBack, onError } = options
  const pauseMs = Math.max(leaseMs / LOOKS_PER_LEASE, leastPauseMs)
  for (;;) {
    try {
      await clock.sleep(pauseMs, signal)
    } catch {
      return
    }
    try {
      for (const runId of await queue.giveBackOrphans(clock.now(), leaseMs)) onGivenBack(runId)
    } catch (error) {
      // The next look may find the database back.
      onError(error, {})
    }
  }
}
