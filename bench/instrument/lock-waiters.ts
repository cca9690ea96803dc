import type { Client } from 'pg'
import type { LockWaiters } from '../clock/index.ts'

/**
 * A wait counts once it has lasted this long, ms. PostgreSQL looks for a deadlock once, when a wait has
 * lasted `deadlock_timeout` (1 ms on our own server): by then it has looked, and of a circle that forms
 * later the last to join is the one that finds it and is ended. So the victim is always the same.
 */
const SETTLED_AFTER_MS = 5

interface Row {
  readonly pid: number
  readonly blockers: number[]
  readonly settled: boolean
}

/**
 * Who waits for a lock in a database.
 * @param monitor A connection of its own to that database.
 */
export async function readLockWaiters(monitor: Client): Promise<LockWaiters> {
  const { rows } = await monitor.query<Row>({
    name: 'lock-waiters',
    text: `SELECT pid, pg_blocking_pids(pid) AS blockers,
             coalesce(clock_timestamp() - waitstart > make_interval(secs => $1), false) AS settled
           FROM pg_locks
           WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`,
    values: [SETTLED_AFTER_MS / 1_000],
  })
  const waiting = rows.filter((row) => row.blockers.length > 0)
  return { waiting: waiting.filter((row) => row.settled).length, deadlock: hasCircle(waiting) }
}

/** Takes out whoever waits for none of those that are left; what remains waits in a circle, or for one. */
function hasCircle(waiting: readonly Row[]): boolean {
  let left = waiting
  for (;;) {
    const pids = new Set(left.map((row) => row.pid))
    const next = left.filter((row) => row.blockers.some((pid) => pids.has(pid)))
    if (next.length === left.length) return next.length > 0
    left = next
  }
}
