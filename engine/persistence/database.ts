import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts'

/** The client, or the client inside a transaction: what every write here takes. */
export type Db = PrismaClient | Prisma.TransactionClient

/** How often a transaction is tried that PostgreSQL ends for its own reasons: each try is a new one. */
const MAX_TRIES = 5

/**
 * One transaction at Read Committed, PostgreSQL's default, for as long as the client lets one take
 * (`transactionOptions`); no call to Claude is ever made inside it. Where it is ended by a deadlock or a write
 * conflict nothing of it was done, so that it is tried again, at most five times in all.
 */
export async function inTransaction<T>(
  db: PrismaClient,
  work: (tx: Prisma.TransactionClient) => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await db.$transaction(work)
    } catch (error) {
      if (tried === MAX_TRIES || !isWriteConflict(error)) throw error
    }
  }
}

/**
 * Deadlocks and serialisation failures come in three shapes: P2034, a raw query's P2010 with the cause
 * inside, and at COMMIT the adapter's bare error.
 */
function isWriteConflict(error: unknown): boolean {
  const { code, cause, meta } = error as {
    readonly code?: string
    readonly cause?: { readonly kind?: string }
    readonly meta?: { readonly driverAdapterError?: { readonly cause?: { readonly kind?: string } } }
  }
  const kind = cause?.kind ?? meta?.driverAdapterError?.cause?.kind
  return code === 'P2034' || kind === 'TransactionWriteConflict'
}
