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
}

/**
 * Wraps a driver adapter, so that each request to the database is one round trip on the run's clock:
 * the modelled network time, then the real statement. Prisma does not know that it is measured.
 */
export function instrumentDatabase(
  factory: SqlDriverAdapterFactory,
  options: DatabaseInstrumentOptions,
): SqlDriverAdapterFactory {
  const { pool } = options
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    async connect() {
      const adapter = await factory.connect()
      const { monitor } = options
      return override<SqlDriverAdapter>(adapter, {
        ...measuredQueries(adapter, ({ sql }, shape, work) => {
          return withConnection(pool, () =>
            roundTrip(options, rowsWritten(sql), singleStatement(monitor, shape, sql, work)),
          )
        }),
        async startTransaction(isolationLevel) {
          const release = await pool.acquire()
          try {
            const begin = () => adapter.startTransaction(isolationLevel)
            const transaction = await roundTrip(options, 1, singleStatement(monitor, 'BEGIN', 'BEGIN', begin))
            // The adapter sends both in one go; on the wire they are two requests.
            if (isolationLevel) {
              const set = singleStatement(monitor, 'SET TRANSACTION', 'SET', async () => {})
              await roundTrip(options, 1, set)
            }
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
  const { monitor } = options
  // Prisma sends COMMIT and ROLLBACK through executeRaw; commit() and rollback() only give the connection back.
  return override<Transaction>(transaction, {
    ...measuredQueries(transaction, ({ sql }, shape, work) =>
      roundTrip(options, rowsWritten(sql), statementInTransaction(monitor, shape, sql, transaction, work)),
    ),
    commit: () => transaction.commit().finally(release),
    rollback: () => transaction.rollback().finally(release),
  })
}

function measuredQueries(
  target: SqlQueryable,
  measured: <T>(query: SqlQuery, shape: string, work: () => Promise<T>) => Promise<T>,
): Pick<SqlQueryable, 'queryRaw' | 'executeRaw'> {
  return {
    queryRaw: (query) => measured(query, statementShape(query.sql), () => target.queryRaw(query)),
    executeRaw: (query) => measured(query, statementShape(query.sql), () => target.executeRaw(query)),
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
  rows: number,
  statement: LockableStatement<T>,
): Promise<T> {
  const { clock, roundTripMs, serverTimes, onRoundTrip } = options
  const shape = statement.what
  const startMs = clock.now()
  let lockWaitMs = 0
  let realMs = 0
  try {
    await clock.sleep(roundTripMs + (serverTimes ? serverTimeMs(serverTimes, shape, rows) : 0))
    const realStart = performance.now()
    const timing = await clock.statement(statement)
    realMs = performance.now() - realStart
    lockWaitMs = timing.lockWaitMs
    return timing.value
  } finally {
    onRoundTrip({ shape, rows, startMs, endMs: clock.now(), realMs, lockWaitMs })
  }
}

/** The object with some of its members replaced; the others, private state included, stay its own. */
function override<T extends object>(target: T, members: Partial<T>): T {
  return new Proxy(target, {
    get(object, key) {
      if (key in members) return members[key as keyof T]
      const value = Reflect.get(object, key, object)
      return typeof value === 'function' ? value.bind(object) : value
    },
  })
}
