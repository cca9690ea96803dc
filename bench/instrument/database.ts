import type {
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQuery,
  SqlQueryable,
  Transaction,
} from '@prisma/driver-adapter-utils'
import type { BenchClock, LockableStatement } from '../clock/index.ts'
import type { ConnectionPool } from './connection-pool.ts'
import type { LockMonitor } from './lock-monitor.ts'
import { singleStatement, statementInTransaction } from './measured-statement.ts'
import { override } from './override.ts'
import { type ServerTimes, serverTimeMs } from './server-times.ts'
import { rowsWritten, statementShape } from './statement-shape.ts'

export interface RoundTrip {
  /** Verb and table. */
  readonly shape: string
  /** Rows that an INSERT wrote; else 1. */
  readonly rows: number
  readonly startMs: number
  readonly endMs: number
  /** What the statement took in real time, ms: for calibration alone. */
  readonly realMs: number
  /** Part of it that was spent waiting for a lock, ms. */
  readonly lockWaitMs: number
  /** Whether it was sent between BEGIN and the end of a transaction; COMMIT and ROLLBACK were. */
  readonly inTransaction: boolean
  readonly query: SqlQuery
}

export interface DatabaseInstrumentOptions {
  readonly clock: BenchClock
  /** Modelled network time of one round trip, ms. */
  readonly roundTripMs: number
  /** Modelled time of the statements themselves. @default none: they take no time */
  readonly serverTimes?: ServerTimes | undefined
  readonly pool: ConnectionPool
  readonly monitor: LockMonitor
  readonly onRoundTrip: (roundTrip: RoundTrip) => void
  /** Told of each transaction, from the sending of BEGIN until its connection is given back. */
  readonly onTransaction: (fromMs: number, toMs: number) => void
}

/**
 * Wraps a driver adapter, so that each request to the database is one round trip on the run's clock:
 * the modelled network time, then the real statement. Prisma does not know that it is measured.
 */
export function instrumentDatabase(
  factory: SqlDriverAdapterFactory,
  options: DatabaseInstrumentOptions,
): SqlDriverAdapterFactory {
  const { pool, monitor } = options
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    async connect() {
      const adapter = await factory.connect()
      const single: Wrap = (shape, work) => singleStatement(monitor, shape, work)
      return override<SqlDriverAdapter>(adapter, {
        ...measuredQueries(adapter, (query, work) =>
          withConnection(pool, () => roundTrip(options, query, work, single)),
        ),
        async startTransaction(isolationLevel) {
          const giveBack = await pool.acquire()
          const startMs = options.clock.now()
          const release = () => {
            options.onTransaction(startMs, options.clock.now())
            giveBack()
          }
          try {
            const begin = () => adapter.startTransaction(isolationLevel)
            const transaction = await roundTrip(options, plain('BEGIN'), begin, single)
            // The adapter sends both in one go; on the wire they are two requests.
            if (isolationLevel) await roundTrip(options, plain('SET TRANSACTION'), async () => {}, single)
            return instrumentTransaction(transaction, options, release)
          } catch (error) {
            release()
            throw error
          }
        },
      })
    },
  }
}

function instrumentTransaction(
  transaction: Transaction,
  options: DatabaseInstrumentOptions,
  release: () => void,
): Transaction {
  const inTransaction: Wrap = (shape, work) =>
    statementInTransaction(options.monitor, shape, transaction, work)
  // Prisma sends COMMIT and ROLLBACK through executeRaw; commit() and rollback() only give the connection back.
  return override<Transaction>(transaction, {
    ...measuredQueries(transaction, (query, work) => roundTrip(options, query, work, inTransaction, true)),
    commit: () => transaction.commit().finally(release),
    rollback: () => transaction.rollback().finally(release),
  })
}

/** Makes of some work a statement that can meet a lock. */
type Wrap = <T>(shape: string, work: () => Promise<T>) => LockableStatement<T>

function measuredQueries(
  target: SqlQueryable,
  measured: <T>(query: SqlQuery, work: () => Promise<T>) => Promise<T>,
): Pick<SqlQueryable, 'queryRaw' | 'executeRaw'> {
  return {
    queryRaw: (query) => measured(query, () => target.queryRaw(query)),
    executeRaw: (query) => measured(query, () => target.executeRaw(query)),
  }
}

async function withConnection<T>(pool: ConnectionPool, work: () => Promise<T>): Promise<T> {
  const release = await pool.acquire()
  try {
    return await work()
  } finally {
    release()
  }
}

async function roundTrip<T>(
  options: DatabaseInstrumentOptions,
  query: SqlQuery,
  work: () => Promise<T>,
  wrap: Wrap,
  inTransaction = false,
): Promise<T> {
  const { clock, roundTripMs, serverTimes, onRoundTrip } = options
  const shape = statementShape(query.sql)
  const rows = rowsWritten(query.sql)
  const startMs = clock.now()
  let lockWaitMs = 0
  let realMs = 0
  const timed = async () => {
    const realStart = performance.now()
    const value = await work()
    realMs = performance.now() - realStart
    return value
  }
  try {
    await clock.sleep(roundTripMs + (serverTimes ? serverTimeMs(serverTimes, shape, rows) : 0))
    const timing = await clock.statement(wrap(shape, timed))
    lockWaitMs = timing.lockWaitMs
    if (!timing.ok) throw timing.error
    return timing.value
  } finally {
    onRoundTrip({ shape, rows, startMs, endMs: clock.now(), realMs, lockWaitMs, inTransaction, query })
  }
}

const plain = (sql: string): SqlQuery => ({ sql, args: [], argTypes: [] })
