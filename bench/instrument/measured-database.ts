import { randomUUID } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../../prisma/generated/client.ts'
import type { BenchClock } from '../clock/index.ts'
import { ConnectionPool } from './connection-pool.ts'
import { instrumentDatabase, type RoundTrip } from './database.ts'
import { LockMonitor } from './lock-monitor.ts'
import type { ServerTimes } from './server-times.ts'

export interface MeasuredDatabaseOptions {
  readonly url: string
  readonly clock: BenchClock
  /** Modelled network time of one round trip, ms. */
  readonly roundTripMs: number
  /** Modelled time of the statements themselves. @default none: they take no time */
  readonly serverTimes?: ServerTimes | undefined
  /** Connections in the pool. */
  readonly poolSize: number
  readonly onRoundTrip: (roundTrip: RoundTrip) => void
  /** @default nobody is told */
  readonly onTransaction?: (fromMs: number, toMs: number) => void
  readonly onPoolWait: (fromMs: number, toMs: number) => void
}

/** A Prisma client whose round trips, pool waits and lock waits are on a clock. */
export interface MeasuredDatabase {
  readonly db: PrismaClient
  readonly pool: ConnectionPool
  close(): Promise<void>
}

/** Connects to a database through the instruments. */
export async function openMeasuredDatabase(options: MeasuredDatabaseOptions): Promise<MeasuredDatabase> {
  const { url, clock, poolSize } = options
  const application = `tierbench-${randomUUID()}`
  const monitor = await LockMonitor.connect(url, application)
  const pool = new ConnectionPool(clock, poolSize, options.onPoolWait)
  const db = new PrismaClient({
    // By the wall clock; a virtual one can hold a transaction still for longer than Prisma's 5 s.
    transactionOptions: { timeout: 600_000, maxWait: 600_000 },
    adapter: instrumentDatabase(
      new PrismaPg({
        connectionString: url,
        max: poolSize,
        idleTimeoutMillis: 0,
        application_name: application,
      }),
      {
        clock,
        roundTripMs: options.roundTripMs,
        serverTimes: clock.kind === 'virtual' ? options.serverTimes : undefined,
        pool,
        monitor,
        onRoundTrip: options.onRoundTrip,
        onTransaction: options.onTransaction ?? (() => {}),
      },
    ),
  })
  return {
    db,
    pool,
    async close() {
      await Promise.allSettled([db.$disconnect(), monitor.close()])
    },
  }
}
