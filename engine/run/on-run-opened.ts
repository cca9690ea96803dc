import type { Db } from '../persistence/database.ts'

/**
 * Told of each run that is created or opened again, and so has work for process-next.
 * @param db Writes with it are part of the transaction that opens the run: they are there if and only if the
 * run is open; do nothing else in it, since a transaction that PostgreSQL ends is tried again. Where a run without the flag `transactions` is opened again there is none, and it is told last.
 */
export type OnRunOpened = (db: Db, runId: string) => Promise<void>
