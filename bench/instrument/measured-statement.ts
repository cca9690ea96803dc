import type { SqlQuery, SqlQueryable } from '@prisma/driver-adapter-utils'
import type { LockableStatement, LockWait } from '../clock/index.ts'
import type { LockMonitor } from './lock-monitor.ts'

const sql = (text: string): SqlQuery => ({ sql: text, args: [], argTypes: [] })
const SAVEPOINT = sql('SAVEPOINT tierbench')
const RELEASE = sql('RELEASE SAVEPOINT tierbench')
const ROLL_BACK = sql('ROLLBACK TO SAVEPOINT tierbench')
/** Ends a transaction as PostgreSQL ends the victim of a deadlock. */
const DEADLOCK = sql(`DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$`)

/** A statement outside a transaction, or one that can meet no lock: BEGIN, COMMIT, a savepoint. */
export function singleStatement<T>(
  monitor: LockMonitor,
  shape: string,
  work: () => Promise<T>,
): LockableStatement<T> {
  return {
    what: shape,
    inTransaction: false,
    releasesLocks: shape !== 'BEGIN',
    send: work,
    readLockWait: () => monitor.readLockWait(),
    withdraw: (wait, outcome) => cancel(monitor, wait, outcome),
    raiseDeadlock: () => Promise.reject(new Error('a single statement holds no lock while it waits')),
  }
}

/**
 * A statement inside a transaction. A savepoint before it lets it be withdrawn without ending the
 * transaction; it is sent to the server and counts as no round trip.
 */
export function statementInTransaction<T>(
  monitor: LockMonitor,
  shape: string,
  transaction: SqlQueryable,
  work: () => Promise<T>,
): LockableStatement<T> {
  // These meet no lock, and a savepoint around one of the user's would take it along.
  if (['COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE'].includes(shape))
    return singleStatement(monitor, shape, work)
  let withdrawn = false
  const backToSavepoint = async () => {
    await transaction.executeRaw(ROLL_BACK)
    await transaction.executeRaw(RELEASE)
  }
  return {
    what: shape,
    inTransaction: true,
    releasesLocks: false,
    async send() {
      await transaction.executeRaw(SAVEPOINT)
      try {
        const value = await work()
        await transaction.executeRaw(RELEASE)
        return value
      } catch (error) {
        // Where the connection is lost there is nothing to put back. Without the savepoint the error would have ended the transaction, and freed its locks.
        if (!withdrawn)
          await backToSavepoint()
            .then(() => transaction.executeRaw(DEADLOCK))
            .catch(() => {})
        throw error
      }
    },
    readLockWait: () => monitor.readLockWait(),
    async withdraw(wait, outcome) {
      withdrawn = true
      await cancel(monitor, wait, outcome)
      await backToSavepoint()
      withdrawn = false
    },
    async raiseDeadlock() {
      await transaction.executeRaw(DEADLOCK)
      throw new Error('PostgreSQL was asked to raise 40P01 and did not')
    },
  }
}

async function cancel(monitor: LockMonitor, { pid }: LockWait, outcome: Promise<unknown>): Promise<void> {
  await monitor.cancel(pid)
  const ended = await outcome.then(
    () => true,
    () => false,
  )
  // Time stands still, so nobody can have released the lock meanwhile.
  if (ended) throw new Error(`backend ${pid} waited for a lock, and yet ended when it was cancelled`)
}
