import type pg from 'pg'
import type { PrismaClient } from '../../prisma/generated/client.ts'

/** One invocation of process-next that is due. */
export interface RunJob {
  readonly id: string
  readonly runId: string
  /** How many invocations before it have broken off, one after the other. */
  readonly brokenOff: number
}

/** The invocation that comes after a job. */
export interface NextJob {
  /** Not before this has passed, ms of the engine's time. @default at once */
  readonly afterMs?: number
  /** @default 0 */
  readonly brokenOff?: number
}

/** The client, or the client inside a transaction. */
type RawDb = Pick<PrismaClient, '$queryRawUnsafe'>

/** Invocations that are due, as jobs of pg-boss in the database of the runs. */
export interface RunQueue {
  /** Sends the first invocation of a run. @param db Inside a transaction the job is there when that is. */
  send(db: RawDb, runId: string): Promise<void>
  /** Takes jobs that are due, oldest first; they are the caller's until it ends them, or they expire. */
  take(atMost: number): Promise<readonly RunJob[]>
  /**
   * Ends a job and, in the same transaction, sends the next one of its run. One that has expired meanwhile is
   * due again already: then nothing is sent.
   */
  end(job: RunJob, next: NextJob | undefined): Promise<void>
  /**
   * Makes due again the jobs that were taken longer than a lease ago and whose run nobody holds: who took them
   * has died. One that is alive after all does no harm: of all that end a job, one sends the next.
   * @param nowMs The engine's time.
   * @param leaseMs ms of the engine's time.
   * @returns the runs of these jobs
   */
  giveBackOrphans(nowMs: number, leaseMs: number): Promise<readonly string[]>
  /** Jobs that nobody has taken, also those that are not due yet. */
  waiting(): Promise<number>
  close(): Promise<void>
}

export interface RunQueueOptions {
  readonly db: PrismaClient
  /** Of the same database: pg-boss's own statements use it too. */
  readonly pool: pg.Pool
  /** What one invocation may use, ms of the engine's time: a job is held somewhat longer. */
  readonly budgetMs: number
  /** The engine's time runs so many times as fast as that of PostgreSQL, which times the jobs. */
  readonly timeScale: number
  /** Looks after jobs that have expired, and old ones; one process at least has to. */
  readonly supervise: boolean
  readonly onError: (error: unknown) => void
}

const QUEUE = 'process-next'
/**
 * An invocation hands over within its budget; a job that lasts longer is one whose process has died. Before that
 * only leases tell, which runs without `optimisticLocking` do not renew.
 */
const HELD_BUDGETS = 1.1
/** pg-boss holds a job for no less and no more, s. */
const LEAST_SECONDS = 1
const MOST_SECONDS = 86_399
/** How often expired jobs are looked for, as a share of the time that they are held. */
const LOOKS_PER_HOLD = 10
/**
 * Of one invocation whose process dies each time: it may be what kills them. Errors are not counted here,
 * they are ends of jobs like others.
 */
const MOST_DEATHS = 20
/** Ended jobs are of no use to anybody, but to who looks for a mistake. */
const KEEP_ENDED_SECONDS = 3_600
const KEEP_ARCHIVED_HOURS = 24

/**
 * pg-boss lists no jobs. A lease is in the engine's time, a job's start in PostgreSQL's; a job that was just taken
 * may not have claimed its run yet. Jobs that somebody ends or gives back at this moment are passed over.
 */
const ORPHANS = `
  SELECT job.id::text AS id, run.id AS "runId"
  FROM pgboss.job AS job JOIN "Run" AS run ON run.id = job.data->>'runId'
  WHERE job.name = $1 AND job.state = 'active'
    AND job.started_on < now() - $2::float8 * interval '1 ms'
    AND run.flags @> '{"optimisticLocking": true}'
    AND (run."leaseExpiresAt" IS NULL OR run."leaseExpiresAt" <= to_timestamp($3::float8 / 1000) AT TIME ZONE 'UTC')
  FOR UPDATE OF job SKIP LOCKED`

/** Opens the queue, and makes what pg-boss needs in the database (a schema of its own) where it is not there. */
export async function openRunQueue(options: RunQueueOptions): Promise<RunQueue> {
  // Loaded only where it is wanted.
  const { default: PgBoss } = await import('pg-boss')
  const { db, pool, timeScale } = options
  const budgetSeconds = options.budgetMs / 1_000 / timeScale
  const heldSeconds = Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, budgetSeconds * HELD_BUDGETS))
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    schedule: false,
    supervise: options.supervise,
    maintenanceIntervalSeconds: Math.max(LEAST_SECONDS, Math.round(heldSeconds / LOOKS_PER_HOLD)),
    archiveCompletedAfterSeconds: KEEP_ENDED_SECONDS,
    deleteAfterHours: KEEP_ARCHIVED_HOURS,
  })
  boss.on('error', options.onError)
  await boss.start()
  // Not the policy `singleton`: where a job of a run is under way, a second one of it at the head of the
  // queue makes pg-boss 10 find no job at all, for as long as that lasts.
  await boss.createQueue(QUEUE, { name: QUEUE, policy: 'standard' })
  const sendWith = async (raw: RawDb, runId: string, { afterMs = 0, brokenOff = 0 }: NextJob) => {
    const data = { runId, brokenOff }
    const id = await boss.send(QUEUE, data, {
      db: statementsOf(raw),
      singletonKey: runId,
      expireInSeconds: heldSeconds,
      retryLimit: MOST_DEATHS,
      ...(afterMs > 0 ? { startAfter: afterMs / 1_000 / timeScale } : {}),
    })
    if (id === null) throw new Error(`expected a job for run ${runId}, got none: is the queue there?`)
  }
  return {
    send: (raw, runId) => sendWith(raw, runId, {}),
    async take(atMost) {
      const jobs = await boss.fetch<Omit<RunJob, 'id'>>(QUEUE, { batchSize: atMost, priority: false })
      return jobs.map(({ id, data }) => ({ id, ...data }))
    },
    end: (job, next) =>
      db.$transaction(async (tx) => {
        const ended = await boss.complete(QUEUE, job.id, {}, { db: statementsOf(tx) })
        if (next && countOf(ended) > 0) await sendWith(tx, job.runId, next)
      }),
    giveBackOrphans: (nowMs, leaseMs) =>
      db.$transaction(async (tx) => {
        const orphans = await tx.$queryRawUnsafe<{ id: string; runId: string }[]>(
          ORPHANS,
          QUEUE,
          leaseMs / timeScale,
          nowMs,
        )
        // To pg-boss a failure, which it retries at once: the job stays the same, and its deaths are counted.
        for (const { id } of orphans) await boss.fail(QUEUE, id, {}, { db: statementsOf(tx) })
        return orphans.map(({ runId }) => runId)
      }),
    waiting: () => boss.getQueueSize(QUEUE),
    close: () => boss.stop({ graceful: false }),
  }
}

/** What pg-boss sends its statements through. */
function statementsOf(raw: RawDb) {
  return {
    executeSql: async (text: string, values: unknown[]) => ({
      rows: await raw.$queryRawUnsafe<unknown[]>(text, ...values),
    }),
  }
}

/** pg-boss's types leave out what ending a job answers. */
function countOf(ended: unknown): number {
  return (ended as { readonly affected: number }).affected
}
