/** A database of its own, from `createDatabase` to `drop`. */
export interface Database {
  readonly name: string
  /** With the password in it: not for printing. */
  readonly url: string
  /** Ends the connections that are still open and drops the database. Idempotent. */
  drop(): Promise<void>
}

/** A PostgreSQL server that databases can be made on. */
export interface DatabaseServer {
  readonly source: 'embedded' | 'DATABASE_URL'
  /** For example `18.4`. */
  readonly version: string
  /** Server settings whose value is not the usual one of production, as read back from the server. */
  readonly settings: Readonly<Record<string, string>>
  /** A fresh, migrated, empty database of its own, cloned from a template. */
  createDatabase(): Promise<Database>
  /**
   * Stops the server, which ends all connections, and starts it again where it was; undefined where it is not ours.
   * @param downMs Real ms in between. @default 0
   */
  readonly restart?: (downMs?: number) => Promise<void>
  /** Drops everything that was created and stops the server if it was started here. Idempotent. */
  close(): Promise<void>
}

/** What a run needs of a server. */
export type DatabaseSource = Pick<DatabaseServer, 'createDatabase'>

export interface DatabaseServerOptions {
  /** PostgreSQL URL of a server to use. @default a server of our own, started for the occasion */
  readonly databaseUrl?: string | undefined
  /** A library that a server of our own loads when it starts, if it has it. @default none */
  readonly preload?: 'pg_stat_statements' | undefined
  /** Gives up starting: what was begun is undone, and the start rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Receives what the server prints, a line at a time. @default nobody */
  readonly log?: ((line: string) => void) | undefined
}

/** A server that answers, before anything was made on it. */
export interface RunningServer {
  readonly source: DatabaseServer['source']
  /** Where to create and drop databases from. */
  readonly adminUrl: string
  /** Whether its data are in memory; undefined where only the server knows. */
  readonly inMemory?: boolean
  urlOf(database: string): string
  /** Stops it, which ends all connections, and starts it again where it was; undefined where it is not ours. */
  restart?(downMs?: number): Promise<void>
  stop(): Promise<void>
}
