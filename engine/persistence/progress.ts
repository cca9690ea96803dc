import type { PrismaClient } from '../../prisma/generated/client.ts'
import type { Flags } from '../flags.ts'
import { type Claim, endItem } from './claims.ts'
import { type Db, inTransaction } from './database.ts'
import { appendLog } from './run-log.ts'

export interface ItemEnd {
  readonly runId: string
  readonly claim: Claim
  readonly status: 'COMPLETED' | 'FAILED'
  readonly error?: string
  readonly at: Date
  /** Writes the item's results through the client it is given. @returns what the log says of it */
  readonly writeResults: (db: Db) => Promise<string>
}

/**
 * Writes an item's results, its end and the run's progress.
 * - `transactions` off: one statement after the other. A crash between them leaves status and counter
 *   apart (H6), and the counter is read, incremented and written back, so that two writers lose an
 *   increment (H2).
 * - on: all of it or nothing, and the counter is incremented by the database. The item's row comes
 *   first, so that an owner that lost its claim writes nothing; the run's row, for which all workers
 *   queue, comes last, so that it is locked for as short as possible.
 * @throws LostClaimError as {@link endItem}.
 */
export async function recordItemEnd(db: PrismaClient, flags: Flags, end: ItemEnd): Promise<void> {
  const counter = end.status === 'COMPLETED' ? 'completedItems' : 'failedItems'
  if (!flags.transactions) {
    const logLine = await end.writeResults(db)
    await endItem(db, flags, end.claim, end)
    const run = await db.run.findUniqueOrThrow({ where: { id: end.runId }, select: { [counter]: true } })
    const next = Number((run as Record<string, unknown>)[counter]) + 1
    await db.run.update({ where: { id: end.runId }, data: { [counter]: next }, select: { id: true } })
    await appendLog(db, flags, end.runId, logLine, end.at)
    return
  }
  await inTransaction(db, async (tx) => {
    await endItem(tx, flags, end.claim, end)
    const logLine = await end.writeResults(tx)
    await appendLog(tx, flags, end.runId, logLine, end.at)
    await tx.run.update({
      where: { id: end.runId },
      data: { [counter]: { increment: 1 } },
      select: { id: true },
    })
  })
}
