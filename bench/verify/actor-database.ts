import { setTimeout as delay } from 'node:timers/promises'
import type {
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQuery,
  SqlQueryable,
  Transaction,
} from '@prisma/driver-adapter-utils'
import type { LockableStatement } from '../clock/index.ts'
import {
  type LockMonitor,
  override,
  singleStatement,
  statementInTransaction,
  statementShape,
} from '../instrument/index.ts'
import { type ActorSession, actorAtWork, never } from './actor-session.ts'
import { describeStatement } from './describe-statement.ts'
import type { DatabaseFault } from './plan.ts'

const sql = (text: string): SqlQuery => ({ sql: text, args: [], argTypes: [] })
const raise = (code: string, message: string) =>
  sql(`DO $$ BEGIN RAISE EXCEPTION '${message}' USING ERRCODE = '${code}'; END $$`)
/** Each has PostgreSQL raise the real error, so that driver and Prisma give it their own form. */
const FAULTS = {
  'connection-lost': sql('SELECT pg_terminate_backend(pg_backend_pid())'),
  deadlock: raise('40P01', 'deadlock detected'),
  'serialisation-failure': raise('40001', 'could not serialize access'),
} as const
const ROLLBACK = sql('ROLLBACK')
/** As the next statement of a process is answered that stood still for longer than the timeout. */
const IDLE_TOO_LONG = raise('25P03', 'terminating connection due to idle-in-transaction timeout')
/** What the end of a connection takes to arrive, real ms; time stands still for the schedule. */
const CONNECTION_ENDS_MS = 20

/** Wraps a driver adapter, so that each statement is a step of the actor who is at work. */
export function scheduledDatabase(
  factory: SqlDriverAdapterFactory,
  monitor: LockMonitor,
): SqlDriverAdapterFactory {
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    async connect() {
      const adapter = await factory.connect()
      const single = (query: SqlQuery, work: () => Promise<unknown>) =>
        singleStatement(monitor, statementShape(query.sql), work)
      return override<SqlDriverAdapter>(adapter, {
        ...scheduledQueries(adapter, () => actorAtWork.getStore(), single, false),
        async startTransaction(isolationLevel) {
          const session = actorAtWork.getStore()
          if (!session) return never()
          // Noted as open as soon as it is: its process may die before it learns of it.
          const begin = async () =>
            scheduledTransaction(await adapter.startTransaction(isolationLevel), session, monitor)
          return step(session, adapter, sql('BEGIN'), begin, single, false)
        },
      })
    },
  }
}

function scheduledTransaction(
  transaction: Transaction,
  session: ActorSession,
  monitor: LockMonitor,
): Transaction {
  let open = true
  let endedWhileIdle = false
  const end = async () => {
    endedWhileIdle = true
    await transaction.executeRaw(ROLLBACK)
  }
  let notIdle = session.watchIdleTransaction(end)
  const release = async () => {
    notIdle()
    if (!open) return
    open = false
    session.openTransactions.delete(handle)
    await transaction.rollback()
  }
  const handle = {
    async rollBack() {
      await transaction.executeRaw(ROLLBACK).catch(() => {})
      await release()
    },
  }
  session.openTransactions.add(handle)
  const wrap = (query: SqlQuery, work: () => Promise<unknown>) => {
    notIdle()
    const shape = statementShape(query.sql)
    if (endedWhileIdle && shape !== 'ROLLBACK')
      return singleStatement(monitor, shape, () => transaction.executeRaw(IDLE_TOO_LONG))
    return statementInTransaction(monitor, shape, transaction, work)
  }
  const thenIdle = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer
    } finally {
      if (open && !endedWhileIdle) notIdle = session.watchIdleTransaction(end)
    }
  }
  // COMMIT and ROLLBACK come through executeRaw; commit() and rollback() only give the connection back.
  const queries = scheduledQueries(transaction, () => session, wrap, true)
  return override<Transaction>(transaction, {
    queryRaw: (query) => thenIdle(queries.queryRaw(query)),
    // Prisma ends what a dead process left open when its client is closed: that has been done.
    executeRaw: (query) =>
      session.dead && statementShape(query.sql) === 'ROLLBACK'
        ? Promise.resolve(0)
        : thenIdle(queries.executeRaw(query)),
    commit: release,
    rollback: release,
  })
}

type Wrap = (query: SqlQuery, work: () => Promise<unknown>) => LockableStatement<unknown>

function scheduledQueries(
  target: SqlQueryable,
  sessionOf: () => ActorSession | undefined,
  wrap: Wrap,
  inTransaction: boolean,
): Pick<SqlQueryable, 'queryRaw' | 'executeRaw'> {
  const run = <T>(query: SqlQuery, work: () => Promise<T>): Promise<T> => {
    const session = sessionOf()
    return session ? step(session, target, query, work, wrap, inTransaction) : never()
  }
  return {
    queryRaw: (query) => run(query, () => target.queryRaw(query)),
    executeRaw: (query) => run(query, () => target.executeRaw(query)),
  }
}

async function step<T>(
  session: ActorSession,
  target: SqlQueryable,
  query: SqlQuery,
  work: () => Promise<T>,
  wrap: Wrap,
  inTransaction: boolean,
): Promise<T> {
  await session.passStatement()
  const shape = statementShape(query.sql)
  // What ends a transaction cannot come to its ROLLBACK.
  const fault = session.takeFault(inTransaction && shape !== 'ROLLBACK')
  const statement = wrap(query, fault ? () => withFault(fault, target, shape, work) : work)
  const timing = await session.benchClock.statement({
    ...statement,
    send: () => (session.dead ? Promise.reject(new Error('the process is dead')) : statement.send()),
  })
  const text = shape === 'BEGIN' ? shape : describeStatement(query)
  if (fault) session.note({ kind: 'fault', text: `${fault}: ${text}`, shape })
  else if (timing.ok) session.note({ kind: 'statement', text, shape, rows: rowsOf(timing.value) })
  else if (!session.dead)
    session.note({ kind: 'statement', text: `${text} ✗ ${messageOf(timing.error)}`, shape })
  if (session.dead) return session.unanswered()
  if (!timing.ok) throw timing.error
  return timing.value as T
}

async function withFault<T>(
  fault: DatabaseFault['kind'],
  target: SqlQueryable,
  shape: string,
  work: () => Promise<T>,
): Promise<T> {
  if (fault === 'answer-lost') await work()
  const query = FAULTS[fault === 'answer-lost' ? 'connection-lost' : fault]
  try {
    await target.executeRaw(query)
  } catch (error) {
    // A COMMIT that fails has ended its transaction.
    if (shape === 'COMMIT') await target.executeRaw(ROLLBACK).catch(() => {})
    // Until its end has arrived, the driver's pool would give a dead connection to whoever comes next.
    if (query === FAULTS['connection-lost']) await delay(CONNECTION_ENDS_MS)
    throw error
  }
  throw new Error(`expected ${fault} to make the statement fail, and it did not`)
}

function rowsOf(value: unknown): number {
  if (typeof value === 'number') return value
  return (value as { readonly rows?: readonly unknown[] } | undefined)?.rows?.length ?? 0
}

function messageOf(error: unknown): string {
  const { cause, message } = error as { cause?: { kind?: string; message?: string }; message?: string }
  return cause?.kind ?? message ?? String(error)
}
