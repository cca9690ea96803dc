import pg from 'pg'
import type { DatabaseSample, StatementsResult } from '../../../reports/index.ts'

const SESSIONS = `SELECT
  count(*)::int AS connections,
  count(*) FILTER (WHERE state = 'active')::int AS active,
  count(*) FILTER (WHERE wait_event_type = 'Lock')::int AS "waitingForLock",
  count(*) FILTER (WHERE state LIKE 'idle in transaction%')::int AS "idleInTransaction"
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`

const STATEMENTS = `SELECT query AS text, calls::int AS calls, total_exec_time AS "wallTotalMs", rows::int AS rows
FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid
WHERE datname = current_database() AND query NOT LIKE '%pg_stat_%' ORDER BY total_exec_time DESC LIMIT 20`

/** Looks at PostgreSQL through a connection of its own, which it does not count. */
export class DatabaseWatch {
  readonly #client: pg.Client
  /** Why statements are not counted; undefined where they are. */
  readonly #noStatements: string | undefined

  private constructor(client: pg.Client, noStatements: string | undefined) {
    this.#client = client
    this.#noStatements = noStatements
  }

  static async open(url: string): Promise<DatabaseWatch> {
    const client = new pg.Client({ connectionString: url, application_name: 'tierbench load' })
    // One that breaks shows in the next question.
    client.on('error', () => {})
    await client.connect()
    return new DatabaseWatch(client, await countStatements(client))
  }

  /** @returns null where the server does not answer */
  async sample(): Promise<DatabaseSample | null> {
    try {
      const { rows } = await this.#client.query<DatabaseSample>({ name: 'sessions', text: SESSIONS })
      return rows[0] ?? null
    } catch {
      return null
    }
  }

  /** Processes of the server, its own and those of the sessions. */
  async processIds(): Promise<number[]> {
    try {
      const { rows } = await this.#client.query<{ pid: number }>('SELECT pid FROM pg_stat_activity')
      return rows.map(({ pid }) => pid)
    } catch {
      return []
    }
  }

  async statements(): Promise<StatementsResult> {
    if (this.#noStatements !== undefined) return { state: 'unavailable', reason: this.#noStatements }
    try {
      const found = await this.#client.query<{
        text: string
        calls: number
        wallTotalMs: number
        rows: number
      }>(STATEMENTS)
      return { state: 'measured', statements: found.rows }
    } catch (error) {
      return { state: 'unavailable', reason: (error as Error).message }
    }
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => {})
  }
}

/**
 * Has the statements of the load's own database counted. The server must have loaded the library when it started.
 * @returns why they are not; undefined where they are
 */
async function countStatements(client: pg.Client): Promise<string | undefined> {
  try {
    await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements')
    await client.query('SELECT FROM pg_stat_statements LIMIT 1')
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
