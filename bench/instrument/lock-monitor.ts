import pg from 'pg'
import type { LockWait } from '../clock/index.ts'

/** Looks at the locks of a run's database through a connection of its own, which is not measured. */
export class LockMonitor {
  readonly #client: pg.Client

  private constructor(client: pg.Client) {
    this.#client = client
  }

  static async connect(url: string): Promise<LockMonitor> {
    const client = new pg.Client({ connectionString: url, application_name: 'tierbench-monitor' })
    // The server may go first, as when a run is interrupted: there is nothing to watch then.
    client.on('error', () => {})
    await client.connect()
    return new LockMonitor(client)
  }

  /**
   * The connection that waits for a lock. There is one at most: the clock lets one statement run at a
   * time, and leaves none waiting. From the lock table, not from `wait_event`, which lags behind it.
   */
  async readLockWait(): Promise<LockWait | undefined> {
    const { rows } = await this.#client.query<LockWait>({
      name: 'lock-wait',
      text: `SELECT pid, pg_blocking_pids(pid) AS blockers FROM pg_locks
             WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`,
    })
    return rows.find((row) => row.blockers.length > 0)
  }

  /** Cancels what a backend does: it fails with 57014. */
  async cancel(pid: number): Promise<void> {
    await this.#client.query('SELECT pg_cancel_backend($1)', [pid])
  }

  close(): Promise<void> {
    return this.#client.end()
  }
}
