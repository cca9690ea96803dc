import pg from 'pg'
import type { LockWait } from '../clock/index.ts'

/** Looks at the locks of a run's database through a connection of its own, which is not measured. */
export class LockMonitor {
  readonly #client: pg.Client

  readonly #application: string

  private constructor(client: pg.Client, application: string) {
    this.#client = client
    this.#application = application
  }

  /** @param application The `application_name` of the run's connections: others are none of its business. */
  static async connect(url: string, application: string): Promise<LockMonitor> {
    const client = new pg.Client({ connectionString: url, application_name: 'tierbench-monitor' })
    // The server may go first, as when a run is interrupted: there is nothing to watch then.
    client.on('error', () => {})
    await client.connect()
    return new LockMonitor(client, application)
  }

  /**
   * The connection that waits for a lock. There is one at most: the clock lets one statement run at a
   * time, and leaves none waiting. From the lock table, not from `wait_event`, which lags behind it.
   */
  async readLockWait(): Promise<LockWait | undefined> {
    const { rows } = await this.#client.query<LockWait & { foreign: number[] }>({
      name: 'lock-wait',
      text: `WITH own AS (
               SELECT pid FROM pg_stat_activity
               WHERE datname = current_database() AND application_name = $1
             )
             SELECT pid, blockers,
               ARRAY(SELECT blocker FROM unnest(blockers) AS blocker WHERE blocker NOT IN (SELECT pid FROM own)) AS foreign
             FROM (
               SELECT pid, pg_blocking_pids(pid) AS blockers FROM pg_locks
               WHERE NOT granted AND pid IN (SELECT pid FROM own)
             ) AS waiting`,
      values: [this.#application],
    })
    const waiting = rows.find((row) => row.blockers.length > 0)
    if (waiting && waiting.foreign.length > 0) {
      throw new Error(
        `Expected only the run to hold locks in its database, got one held by backend ${waiting.foreign.join(', ')} of somebody else: nothing on the clock releases it.`,
      )
    }
    return waiting
  }

  /** Cancels what a backend does: it fails with 57014. */
  async cancel(pid: number): Promise<void> {
    await this.#client.query('SELECT pg_cancel_backend($1)', [pid])
  }

  close(): Promise<void> {
    return this.#client.end()
  }
}
