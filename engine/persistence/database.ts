import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts'

/** The client, or the client inside a transaction: what every write here takes. */
export type Db = PrismaClient | Prisma.TransactionClient

/** How often a transaction is tried that PostgreSQL ends for its own reasons: each try is a new one. */
const MAX_TRIES = 5

/**
 * One transaction at Read Committed, PostgreSQL's default, for as long as the client lets one take
 * (`transactionOptions`); no call to Claude is ever made inside it. Where PostgreSQL ends it by a deadlock, a
 * write conflict, or since the process sent nothing in it for too long, nothing of it was done, so that it is
 * tried again, at most five times in all.
 */
export async function inTransaction<T>(
  db: PrismaClient,
  work: (tx: Prisma.TransactionClient) => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await db.$transaction(work)
    } catch (error) {
      if (tried === MAX_TRIES || !(isWriteConflict(error) || wasIdleTooLong(error))) throw error
    }
  }
}

interface DatabaseCause {
  readonly kind?: string
  readonly originalCode?: string
}

/** What the driver says of an error: inside Prisma's, or at COMMIT, where it comes without one. */
function causeOf(error: unknown): DatabaseCause | undefined {
  const { cause, meta } = error as {
    readonly cause?: DatabaseCause
    readonly meta?: { readonly driverAdapterError?: { readonly cause?: DatabaseCause } }
  }
  return cause ?? meta?.driverAdapterError?.cause
}

/** Deadlocks and serialisation failures: P2034, or a raw query's P2010 and a COMMIT's own with the cause inside. */
function isWriteConflict(error: unknown): boolean {
  return (error as { code?: string }).code === 'P2034' || causeOf(error)?.kind === 'TransactionWriteConflict'
}

/** `idle_in_transaction_session_timeout`. */
const IDLE_IN_TRANSACTION = '25P03'
/** What pg says where it sends a statement no more, since it has read of the connection's end before. */
const NOT_SENT = 'Client has encountered a connection error and is not queryable'

/** The end is read as the answer to the next statement, or before it is sent: either way it was not carried out. */
function wasIdleTooLong(error: unknown): boolean {
  const notSent = error instanceof Error && error.message.endsWith(NOT_SENT)
  return notSent || causeOf(error)?.originalCode === IDLE_IN_TRANSACTION
}
