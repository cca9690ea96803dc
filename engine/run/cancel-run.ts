import type { PrismaClient } from '../../prisma/generated/client.ts'
import { RunStateError } from '../errors.ts'
import { type Db, inTransaction } from '../persistence/database.ts'
import { ITEM_KINDS, itemTable, OPEN } from '../persistence/items.ts'
import { readRun } from '../persistence/run-state.ts'

/**
 * Ends a run that has not ended: its open items and it become CANCELLED. What is under way for them is
 * refused when it comes, since their versions have moved on.
 * - `optimisticLocking` off: read, then update by id, and whoever works on the run writes over it.
 * - `transactions` off: a crash on the way leaves a part of the items open.
 * @throws RunNotFoundError
 * @throws RunStateError where the run has ended.
 */
export async function cancelRun(db: PrismaClient, runId: string, now: Date): Promise<void> {
  const { flags } = await readRun(db, runId)
  const version = flags.optimisticLocking ? { version: { increment: 1 } } : {}
  const released = { leaseOwner: null, leaseExpiresAt: null, finishedAt: now, ...version }
  const work = async (tx: Db) => {
    const { status, version: read } = await readRun(tx, runId)
    if (status !== 'PENDING' && status !== 'RUNNING') {
      throw new RunStateError(`Expected a run that has not ended, got run ${runId}, which is ${status}.`)
    }
    for (const kind of ITEM_KINDS) {
      await itemTable(tx, kind).updateMany({
        where: { runId, status: { in: OPEN } },
        data: { status: 'CANCELLED', ...released },
      })
    }
    const data = { status: 'CANCELLED', generation: { increment: 1 }, ...released } as const
    if (!flags.optimisticLocking) {
      await tx.run.update({ where: { id: runId }, data, select: { id: true } })
      return
    }
    const { count } = await tx.run.updateMany({ where: { id: runId, version: read }, data })
    if (count === 0) throw new RunMovedOn()
  }
  for (let tried = 1; ; tried++) {
    try {
      return await (flags.transactions ? inTransaction(db, work) : work(db))
    } catch (error) {
      // It was claimed, ended, or entered a phase with new items since it was read: once more.
      if (!(error instanceof RunMovedOn) || tried === MAX_TRIES) throw error
    }
  }
}

/** A run changes hands or phases a few times in its life, and not faster than it can be read. */
const MAX_TRIES = 10

class RunMovedOn extends Error {
  override readonly message = 'the run was changed by somebody else while it was cancelled'
}
