import type { Existing } from '../../prisma/generated/client.ts'
import type { Flags } from '../flags.ts'
import type { Db } from './database.ts'
import type { ItemKind } from './items.ts'

/** What an item holds already: an upload its cards, an epic its stories, a story its subtasks. */
export interface Holding {
  readonly count: number
  /** Where what is added goes. */
  readonly nextPosition: number
}

/** Whose rows are meant: `id` is that of the upload, the epic, or the story itself. */
export interface Holder {
  readonly kind: ItemKind
  readonly id: string
}

/** Counts what an item holds. What is read here can be stale as soon as it is read. */
export async function readHolding(db: Db, { kind, id }: Holder): Promise<Holding> {
  const { _count, _max } = await aggregate(db, kind, id)
  return { count: _count._all, nextPosition: (_max.position ?? -1) + 1 }
}

function aggregate(db: Db, kind: ItemKind, id: string) {
  const what = { _count: { _all: true }, _max: { position: true } } as const
  switch (kind) {
    case 'upload':
      return db.card.aggregate({ where: { uploadId: id }, ...what })
    case 'epic':
      return db.story.aggregate({ where: { epicId: id }, ...what })
    case 'story':
      return db.subtask.aggregate({ where: { storyId: id }, ...what })
  }
}

/**
 * Counts what an item holds, and keeps it so until the transaction ends: a row that refers to the
 * holder cannot be inserted while it is locked FOR UPDATE, by whomever.
 */
export async function lockHolding(tx: Db, holder: Holder): Promise<Holding> {
  switch (holder.kind) {
    case 'upload':
      await tx.$queryRaw`SELECT 1 FROM "Upload" WHERE "id" = ${holder.id} FOR UPDATE`
      break
    case 'epic':
      await tx.$queryRaw`SELECT 1 FROM "RunEpic" WHERE "id" = ${holder.id} FOR UPDATE`
      break
    case 'story':
      await tx.$queryRaw`SELECT 1 FROM "Story" WHERE "id" = ${holder.id} FOR UPDATE`
      break
    default:
      holder.kind satisfies never
  }
  return readHolding(tx, holder)
}

/** Deletes what an item holds; of stories, with their states and subtasks. */
async function removeHeld(db: Db, { kind, id }: Holder): Promise<void> {
  switch (kind) {
    case 'upload':
      await db.card.deleteMany({ where: { uploadId: id } })
      return
    case 'epic':
      await db.story.deleteMany({ where: { epicId: id } })
      return
    case 'story':
      await db.subtask.deleteMany({ where: { storyId: id } })
      return
    default:
      kind satisfies never
  }
}

/**
 * Writes an item's results beside what it holds already, as `existing` says.
 * - `transactions` off: decided on `before`, the count from before the call, which may be stale by now:
 *   rows are doubled, or positions taken twice (H4).
 * - on: decided on a count in the transaction that writes, while nobody can add to it.
 * @param write Writes the rows from this position on.
 * @returns false where the rows that are there were kept, and nothing was written.
 */
export async function writeBeside(
  db: Db,
  flags: Flags,
  existing: Existing,
  holder: Holder,
  before: Holding,
  write: (firstPosition: number) => Promise<void>,
): Promise<boolean> {
  const holding = flags.transactions ? await lockHolding(db, holder) : before
  if (holding.count > 0 && existing === 'SKIP') return false
  if (holding.count > 0 && existing === 'REPLACE') await removeHeld(db, holder)
  await write(existing === 'APPEND' ? holding.nextPosition : 0)
  return true
}
