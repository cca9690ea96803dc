import type { ItemStatus } from '../../prisma/generated/client.ts'
import type { Db } from './database.ts'

/** What is claimed and worked on: an upload, an epic, or a story through its generation state. */
export type ItemKind = 'upload' | 'epic' | 'story'
/** In the order of the phases that work on them. */
export const ITEM_KINDS: readonly ItemKind[] = ['upload', 'epic', 'story']

/** An item as it was listed: claiming it compares with this. */
export interface ListedItem {
  readonly id: string
  readonly status: ItemStatus
  readonly version: number
  readonly leaseExpiresAt: Date | null
  /** Attempts broken off that had a whole budget for themselves. */
  readonly wholeBudgets: number
}

interface ItemWhere {
  readonly id?: string | { readonly in: string[] }
  readonly runId?: string
  readonly status?: ItemStatus | { readonly in: ItemStatus[] }
  readonly version?: number
  readonly leaseOwner?: string
  readonly leaseExpiresAt?: Date | null
  readonly run?: { readonly generation: number }
}

/** What changes in an item. */
export interface ItemData {
  readonly status?: ItemStatus
  readonly version?: { readonly increment: number }
  readonly leaseOwner?: string | null
  readonly leaseExpiresAt?: Date | null
  readonly wholeBudgets?: number | { readonly increment: number }
  readonly error?: string | null
  readonly finishedAt?: Date | null
}

/** The part of a Prisma delegate that this needs, the same for the three tables. */
export interface ItemTable {
  findUniqueOrThrow(args: {
    where: { id: string }
    select: { status: true }
  }): Promise<{ status: ItemStatus }>
  update(args: { where: { id: string }; data: ItemData; select: { id: true } }): Promise<unknown>
  updateMany(args: { where: ItemWhere; data: ItemData }): Promise<{ count: number }>
  findFirst(args: {
    where: ItemWhere
    orderBy: { leaseExpiresAt: { sort: 'asc'; nulls: 'first' } }
    select: { leaseExpiresAt: true }
  }): Promise<{ leaseExpiresAt: Date | null } | null>
  groupBy(args: {
    by: ['status']
    where: ItemWhere
    _count: { _all: true }
  }): Promise<{ status: ItemStatus; _count: { _all: number } }[]>
}

/** The table of a kind of item. The three delegates are one shape here, which TypeScript cannot see. */
export function itemTable(db: Db, kind: ItemKind): ItemTable {
  switch (kind) {
    case 'upload':
      return db.upload as unknown as ItemTable
    case 'epic':
      return db.runEpic as unknown as ItemTable
    case 'story':
      return db.runStory as unknown as ItemTable
  }
}

/** Statuses of items that are not dealt with yet. */
export const OPEN: ItemStatus[] = ['PENDING', 'RESERVED', 'GENERATING']

/**
 * The open item of a run that is free first, as long as the run has this generation.
 * @returns until when it is held, null where it is not; undefined where all items are dealt with
 */
export async function firstOpenItem(
  db: Db,
  kind: ItemKind,
  runId: string,
  generation: number,
): Promise<{ readonly leaseExpiresAt: Date | null } | undefined> {
  const open = await itemTable(db, kind).findFirst({
    where: { runId, status: { in: OPEN }, run: { generation } },
    orderBy: { leaseExpiresAt: { sort: 'asc', nulls: 'first' } },
    select: { leaseExpiresAt: true },
  })
  return open ?? undefined
}

/** Whether a run has an item of this kind that was cancelled. */
export async function hasCancelled(db: Db, kind: ItemKind, runId: string): Promise<boolean> {
  const groups = await itemTable(db, kind).groupBy({
    by: ['status'],
    where: { runId },
    _count: { _all: true },
  })
  return groups.some((group) => group.status === 'CANCELLED')
}

/** How many items there are, and how many of them have ended in which way. */
export interface ItemCounts {
  readonly total: number
  readonly completed: number
  readonly failed: number
}

/** Counts a run's items of one kind. */
export async function countItems(db: Db, kind: ItemKind, runId: string): Promise<ItemCounts> {
  const groups = await itemTable(db, kind).groupBy({
    by: ['status'],
    where: { runId },
    _count: { _all: true },
  })
  const of = (status: ItemStatus) => groups.find((group) => group.status === status)?._count._all ?? 0
  return {
    total: groups.reduce((sum, group) => sum + group._count._all, 0),
    completed: of('COMPLETED'),
    failed: of('FAILED'),
  }
}
