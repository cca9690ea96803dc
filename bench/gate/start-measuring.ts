import { availableParallelism } from 'node:os'
import { type DatabaseServer, startDatabaseServer } from '../environment/index.ts'
import type { MeasurePlan } from './part.ts'
import { type PartWorkers, startPartWorkers } from './part-workers.ts'

/** What the gate measures with. */
export interface Measuring {
  /** Rejects where there can be none. */
  readonly server: Promise<DatabaseServer>
  readonly workers: PartWorkers
  /** Ends all of it, in whatever state. Idempotent. */
  stop(): Promise<void>
}

/**
 * Starts a database server, and beside this process as many as there are other cores. This file loads little, so
 * that the caller loads the rest while they start.
 * @param plan More processes than it has scenarios and probes have nothing to do.
 * @param databaseUrl PostgreSQL URL of a server to use. @default a server of our own
 */
export function startMeasuring(
  { scenarios, probes }: MeasurePlan,
  databaseUrl: string | undefined,
  signal: AbortSignal,
): Measuring {
  const stopped = new AbortController()
  const workers = startPartWorkers(Math.min(availableParallelism(), scenarios.length + probes.length) - 1)
  const server = startDatabaseServer({
    databaseUrl,
    signal: AbortSignal.any([signal, stopped.signal]),
  })
  // Until it is asked for, nobody hears that it failed.
  server.catch(() => {})
  let ended: Promise<void> | undefined
  const end = async () => {
    stopped.abort(new Error('nothing is measured any more'))
    try {
      await workers.stop()
    } finally {
      const started = await server.catch(() => undefined)
      await started?.close()
    }
  }
  return {
    server,
    workers,
    stop: () => {
      ended ??= end()
      return ended
    },
  }
}
