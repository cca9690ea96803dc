import type { Existing, ItemStatus, PrismaClient } from '../../prisma/generated/client.ts'
import { RunStateError } from '../errors.ts'
import { type Db, inTransaction } from '../persistence/database.ts'
import { countItems, hasCancelled, ITEM_KINDS, type ItemKind, itemTable } from '../persistence/items.ts'
import { readRun } from '../persistence/run-state.ts'
import { PHASE_TABLE, phaseRow } from '../phase-table.ts'
import type { OnRunOpened } from './on-run-opened.ts'

/** What is opened again. */
export interface Reopening {
  readonly kinds: readonly ItemKind[]
  readonly statuses: readonly ItemStatus[]
  /** For what the items hold already. @default as the run was opened last, or REPLACE */
  readonly existing?: Existing
  /** A run that was cancelled between two phases has no such item, and goes on where it was. */
  readonly evenWithoutItems: boolean
}

/**
 * A retry: what failed or was cancelled. What a half-done attempt may have left is replaced; after a
 * regeneration the rows from before it are there too, and its own choice holds.
 */
export const FAILED_PART: Reopening = {
  kinds: ITEM_KINDS,
  statuses: ['FAILED', 'CANCELLED'],
  evenWithoutItems: true,
}

/** A regeneration: all items of one kind. What was cancelled of the others goes on with it. */
export function allOf(kind: 'epic' | 'story', existing: Existing): Reopening {
  return { kinds: [kind], statuses: ['COMPLETED', 'FAILED', 'CANCELLED'], existing, evenWithoutItems: false }
}

/**
 * Opens a run that has ended again: the items meant become PENDING, and the run too, in the earliest phase
 * that has such an item. Its counters then count what lies up to that phase; later phases add theirs when
 * they are entered.
 * - `optimisticLocking` off: read, then update by id. On: versions move on, and of two that reopen one wins.
 * - `transactions` off: one statement after the other.
 * @throws RunNotFoundError
 * @throws RunStateError where the run has not ended, or nothing is to be opened.
 */
export async function reopenRun(
  db: PrismaClient,
  runId: string,
  reopening: Reopening,
  onRunOpened?: OnRunOpened,
): Promise<void> {
  const run = await readRun(db, runId)
  const { flags, status } = run
  if (status === 'PENDING' || status === 'RUNNING') {
    throw new RunStateError(`Expected a run that has ended, got run ${runId}, which is ${status}.`)
  }
  const version = flags.optimisticLocking ? { version: { increment: 1 } } : {}
  const { existing = run.existing ?? 'REPLACE', kinds, statuses } = reopening
  const work = async (tx: Db) => {
    let first = PHASE_TABLE.indexOf(phaseRow(run.phase))
    const open = async (kind: ItemKind, among: readonly ItemStatus[]) => {
      const { count } = await itemTable(tx, kind).updateMany({
        where: { runId, status: { in: [...among] } },
        data: { status: 'PENDING', wholeBudgets: 0, error: null, finishedAt: null, ...version },
      })
      if (count > 0) first = Math.min(first, ITEM_KINDS.indexOf(kind))
      return count
    }
    const others = ITEM_KINDS.filter((kind) => !kinds.includes(kind))
    // One choice holds for the whole run: rows that were to be kept would be replaced, or the reverse.
    if (run.existing !== null && run.existing !== existing) {
      for (const kind of others) {
        if (!(await hasCancelled(tx, kind, runId))) continue
        throw new RunStateError(
          `Expected a run whose last regeneration was finished, got run ${runId}, where it was cancelled: retry it first, or regenerate with ${run.existing.toLowerCase()}.`,
        )
      }
    }
    let opened = 0
    for (const kind of kinds) opened += await open(kind, statuses)
    if (opened === 0 && !(reopening.evenWithoutItems && status === 'CANCELLED')) {
      const what = `${statuses.join(' or ')} ${kinds.join(' or ')}`
      throw new RunStateError(`Expected a run with a ${what}, got run ${runId}, which has none.`)
    }
    // Left as they are they would stay CANCELLED in a run that ends as COMPLETED.
    for (const kind of others) await open(kind, ['CANCELLED'])
    const data = {
      status: 'PENDING',
      phase: PHASE_TABLE[first]?.stored ?? run.phase,
      existing,
      generation: { increment: 1 },
      error: null,
      finishedAt: null,
      ...(await countUpTo(tx, runId, first)),
      ...version,
    } as const
    const where = flags.optimisticLocking ? { id: runId, version: run.version } : { id: runId }
    const { count } = await tx.run.updateMany({ where, data })
    if (count === 0) throw new RunStateError(`Run ${runId} was changed by somebody else meanwhile.`)
    await onRunOpened?.(tx, runId)
  }
  await (flags.transactions ? inTransaction(db, work) : work(db))
}

/** The run's counters over the items of the phases up to this one. */
async function countUpTo(db: Db, runId: string, phase: number) {
  let [totalItems, completedItems, failedItems] = [0, 0, 0]
  for (const kind of ITEM_KINDS.slice(0, phase + 1)) {
    const items = await countItems(db, kind, runId)
    totalItems += items.total
    completedItems += items.completed
    failedItems += items.failed
  }
  return { totalItems, completedItems, failedItems }
}
