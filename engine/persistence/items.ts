import type { Db } from './database.ts'

/** What is claimed and worked on: an upload, an epic, or a story through its generation state. */
export type ItemKind = 'upload' | 'epic' | 'story'
export type ItemStatus = 'PENDING' | 'RESERVED' | 'GENERATING' | 'COMPLETED' | 'FAILED'

/** An item as it was listed: claiming it compares with this. */
export interface ListedItem {
  readonly id: string
  readonly status: ItemStatus
  readonly version: number
}

interface ItemWhere {
  readonly id: string
  readonly status?: ItemStatus
  readonly version?: number
  readonly leaseOwner?: string
}

/** What changes in an item. */
export interface ItemData {
  readonly status?: ItemStatus
  readonly version?: { readonly increment: number }
  readonly leaseOwner?: string | null
  readonly leaseExpiresAt?: Date | null
  readonly error?: string | null
  readonly finishedAt?: Date | null
}

/** The part of a Prisma delegate that claims need, the same for the three tables. */
export interface ItemTable {
  findUniqueOrThrow(args: {
    where: { id: string }
    select: { status: true }
  }): Promise<{ status: ItemStatus }>
  update(args: { where: { id: string }; data: ItemData; select: { id: true } }): Promise<unknown>
  updateMany(args: { where: ItemWhere; data: ItemData }): Promise<{ count: number }>
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
