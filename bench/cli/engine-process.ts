import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import {
  type Clock,
  createEngine,
  type Engine,
  idleTransactionTimeoutMs,
  systemClock,
} from '../../engine/index.ts'
import { createLogger, logEvents, openTelemetry } from '../../engine/telemetry/index.ts'
import { scaleClock } from '../../mocks/index.ts'
import { PrismaClient } from '../../prisma/generated/client.ts'
import { openRunQueue, type RunQueue } from '../dispatch/index.ts'
import { openServiceDatabase, type ServiceDatabase } from '../environment/index.ts'
import type { EngineProcessOptions } from './engine-options.ts'
import { keepInvocations } from './kept-invocations.ts'
import { type ProcessMetrics, serveProcessMetrics } from './process-metrics.ts'
import { createClaude } from './start-claude.ts'
import { checkMockSpeed, refuseLaterTime } from './time-scale.ts'

/** An engine with all that it works with, as `npm start` and `npm run worker` have it. */
export interface EngineProcess {
  readonly engine: Engine
  /** The engine's time, which `--time-scale` makes run faster. */
  readonly clock: Clock
  readonly db: PrismaClient
  readonly database: ServiceDatabase
  readonly logger: ReturnType<typeof createLogger>
  readonly metrics: ProcessMetrics | undefined
  /** Where runs go that are opened here; undefined where nobody takes them from a queue. */
  readonly queue: RunQueue | undefined
  onError(error: unknown, about: object): void
  /** Resolves when no invocation is under way any more, or after the grace. */
  idle(): Promise<void>
  /**
   * Waits for what is being handed back, but for the grace at most. What is not done by then goes on without the
   * database; its leases run out, and others take it over.
   */
  withinGrace(work: Promise<unknown>): Promise<void>
}

/**
 * For a transaction to get a connection, and to end, ms of the wall clock. Prisma's own 2 s and 5 s make errors
 * of what a busy pool or machine only makes late; who stands still inside a transaction loses it sooner.
 */
const WAIT_MS = 30_000

/** What a process has to do with the queue of runs. */
export type QueueRole = 'none' | 'sends' | 'works'

/**
 * Runs `work` with an engine, and cleans up behind it.
 * @throws UsageError, EnvironmentError
 */
export async function withEngine(
  options: EngineProcessOptions,
  role: QueueRole,
  signal: AbortSignal,
  work: (process: EngineProcess) => Promise<void>,
): Promise<void> {
  await checkMockSpeed(options, signal)
  const database = await openServiceDatabase({ databaseUrl: options.databaseUrl, signal })
  try {
    const pool = new pg.Pool({
      connectionString: database.url,
      max: options.pool,
      // PostgreSQL's time, which no scale makes faster.
      idle_in_transaction_session_timeout: idleTransactionTimeoutMs(options.budgetMs),
    })
    const db = new PrismaClient({
      adapter: new PrismaPg(pool, { disposeExternalPool: true }),
      transactionOptions: { maxWait: WAIT_MS, timeout: WAIT_MS },
    })
    try {
      await run(options, { role, database, pool, db }, work)
    } finally {
      await db.$disconnect()
    }
  } finally {
    await database.close()
  }
}

interface Opened {
  readonly role: QueueRole
  readonly database: ServiceDatabase
  readonly pool: pg.Pool
  readonly db: PrismaClient
}

async function run(
  options: EngineProcessOptions,
  { role, database, pool, db }: Opened,
  work: (process: EngineProcess) => Promise<void>,
): Promise<void> {
  const { model, claude } = options
  // Leases compare times of several machines: the machine's own clock, and not one that only counts on.
  const clock = scaleClock(systemClock, options.timeScale)
  await refuseLaterTime(db, clock, options.timeScale)
  const logger = createLogger({ level: options.logLevel, clock, destination: process.stdout })
  const tracing = options.otel
    ? await openTelemetry({ model, serviceName: 'tierbench', onProblem: (text) => logger.warn({}, text) })
    : undefined
  const log = logEvents(logger)
  const onError = (err: unknown, about: object) => logger.error({ err, ...about }, 'unexpected error')
  const queue =
    role === 'none'
      ? undefined
      : await openRunQueue({
          db,
          pool,
          budgetMs: options.budgetMs,
          timeScale: options.timeScale,
          supervise: role === 'works',
          onError: (error) => onError(error, {}),
        })
  const bare = createEngine({
    db,
    claude: createClaude(claude, { clock, timeScale: options.timeScale }),
    clock,
    flags: options.flags,
    allowUnsafe: options.allowUnsafe,
    model,
    pacing: options.pacing,
    shape: options.shape,
    budgetMs: options.budgetMs,
    leaseMs: options.leaseMs,
    governor: {
      maxConcurrency: options.maxConcurrency,
      // On a database that stays, others may work with the same key. A mock in this process is its own.
      ...(options.databaseUrl && claude.kind === 'api' ? { shared: { key: claude.apiKey } } : {}),
    },
    ...(queue ? { onRunOpened: queue.send } : {}),
    onEvent(event) {
      log(event)
      tracing?.onEvent(event)
    },
  })
  const kept = keepInvocations(tracing?.wrap(bare) ?? bare)
  let metrics: ProcessMetrics | undefined
  try {
    metrics = await serveProcessMetrics(options.metricsPort, pool, () => kept.underWay, queue?.waiting)
    await work({
      engine: kept.engine,
      clock,
      db,
      database,
      logger,
      metrics,
      queue,
      onError,
      idle: () => atMost(kept.idle(), options.graceMs),
      withinGrace: (handedBack) => atMost(handedBack, options.graceMs),
    })
  } finally {
    await metrics?.close()
    await queue?.close()
    await tracing?.close()
  }
}

async function atMost(work: Promise<unknown>, ms: number): Promise<void> {
  const done = new AbortController()
  await Promise.race([work, systemClock.sleep(ms, done.signal).catch(() => {})])
  done.abort()
}
