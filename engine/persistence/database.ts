import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts'

/** The client, or the client inside a transaction: what every write here takes. */
export type Db = PrismaClient | Prisma.TransactionClient

/**
 * Interactive transactions time out by the wall clock (5 s, and 2 s for a connection) and would end a
 * transaction that a virtual clock holds still: both are set out of the way. No call to Claude is ever
 * made inside one, so they are short all the same.
 */
const TRANSACTION_OPTIONS = { timeout: 600_000, maxWait: 600_000 } as const

/** One transaction at Read Committed, PostgreSQL's default. */
export function inTransaction<T>(
  db: PrismaClient,
  work: (tx: Prisma.TransactionClient) => Promise<T>,
): Promise<T> {
  return db.$transaction(work, TRANSACTION_OPTIONS)
}
