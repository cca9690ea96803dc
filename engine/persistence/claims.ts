import { LostClaimError } from '../errors.ts'
import type { Flags } from '../flags.ts'
import type { Db } from './database.ts'
import { type ItemData, type ItemKind, itemTable, type ListedItem } from './items.ts'

/** The right to work on an item. */
export interface Claim {
  readonly kind: ItemKind
  readonly id: string
  readonly owner: string
  /** The item's version as this claim left it: later writes compare with it (fencing). */
  readonly version: number
}

/** Who claims, and until when. */
export interface Lease {
  readonly owner: string
  readonly expiresAt: Date
}

/**
 * Claims an item that was listed as free.
 * - `optimisticLocking` off: read the status, then update by id. Two workers that read at the same time
 *   both go on (H5), and nothing tells whose claim was orphaned by a crash (H7).
 * - on: compare-and-swap on status and version. One of two wins, the other sees a count of 0. So does an
 *   invocation from before the run was cancelled or opened again.
 * @param status RESERVED where the work starts later, GENERATING where it starts now.
 * @returns undefined where somebody else has it.
 */
export async function claimItem(
  db: Db,
  flags: Flags,
  kind: ItemKind,
  item: ListedItem,
  { lease, generation }: { readonly lease: Lease; readonly generation: number },
  status: 'RESERVED' | 'GENERATING',
): Promise<Claim | undefined> {
  const table = itemTable(db, kind)
  const held = { status, leaseOwner: lease.owner, leaseExpiresAt: lease.expiresAt } as const
  if (!flags.optimisticLocking) {
    const current = await table.findUniqueOrThrow({ where: { id: item.id }, select: { status: true } })
    if (current.status !== item.status) return undefined
    await table.update({ where: { id: item.id }, data: held, select: { id: true } })
    return { kind, id: item.id, owner: lease.owner, version: item.version }
  }
  const { count } = await table.updateMany({
    // The lease is compared too: an owner that has renewed it since the listing is alive.
    where: {
      id: item.id,
      status: item.status,
      version: item.version,
      leaseExpiresAt: item.leaseExpiresAt,
      run: { generation },
    },
    data: { ...held, version: { increment: 1 } },
  })
  if (count === 0) return undefined
  return { kind, id: item.id, owner: lease.owner, version: item.version + 1 }
}

/**
 * RESERVED to GENERATING: the item's call starts now.
 * @throws LostClaimError with `optimisticLocking`, where somebody else took the item over.
 */
export async function startItem(db: Db, flags: Flags, claim: Claim): Promise<Claim> {
  const table = itemTable(db, claim.kind)
  if (!flags.optimisticLocking) {
    await table.update({ where: { id: claim.id }, data: { status: 'GENERATING' }, select: { id: true } })
    return claim
  }
  const { count } = await table.updateMany({
    where: { id: claim.id, status: 'RESERVED', version: claim.version, leaseOwner: claim.owner },
    data: { status: 'GENERATING', version: { increment: 1 } },
  })
  if (count === 0) throw new LostClaimError(lost(claim))
  return { ...claim, version: claim.version + 1 }
}

/**
 * Lets items be held until `lease` is over, where they still are. Versions stay: the claims go on.
 * Only `optimisticLocking` reads leases.
 */
export async function renewItems(
  db: Db,
  kind: ItemKind,
  ids: ReadonlySet<string>,
  lease: Lease,
): Promise<void> {
  await itemTable(db, kind).updateMany({
    where: { id: { in: [...ids] }, leaseOwner: lease.owner },
    data: { leaseExpiresAt: lease.expiresAt },
  })
}

/**
 * Ends the work on an item: COMPLETED, or FAILED with the reason.
 * - `optimisticLocking` off: update by id, whoever holds the item by now.
 * - on: only while this claim still holds it.
 * @throws LostClaimError with `optimisticLocking`, where somebody else took the item over.
 */
export async function endItem(
  db: Db,
  flags: Flags,
  claim: Claim,
  end: { readonly status: 'COMPLETED' | 'FAILED'; readonly error?: string; readonly at: Date },
): Promise<void> {
  await leaveItem(db, flags, claim, { status: end.status, error: end.error ?? null, finishedAt: end.at })
}

/**
 * Gives an item back: PENDING, for the next invocation.
 * @param hadWholeBudget Whether an attempt was broken off that had a whole budget for itself: that is counted. @default false
 * @throws LostClaimError with `optimisticLocking`, where somebody else took the item over.
 */
export async function giveBackItem(
  db: Db,
  flags: Flags,
  claim: Claim,
  hadWholeBudget = false,
): Promise<void> {
  const counted: ItemData = hadWholeBudget ? { wholeBudgets: { increment: 1 } } : {}
  await leaveItem(db, flags, claim, { status: 'PENDING', ...counted })
}

/** Changes an item and gives up its claim: by id, or with `optimisticLocking` only while the claim holds. */
async function leaveItem(db: Db, flags: Flags, claim: Claim, change: ItemData): Promise<void> {
  const table = itemTable(db, claim.kind)
  const data = { ...change, leaseOwner: null, leaseExpiresAt: null }
  if (!flags.optimisticLocking) {
    await table.update({ where: { id: claim.id }, data, select: { id: true } })
    return
  }
  const { count } = await table.updateMany({
    where: { id: claim.id, version: claim.version, leaseOwner: claim.owner },
    data: { ...data, version: { increment: 1 } },
  })
  if (count === 0) throw new LostClaimError(lost(claim))
}

function lost(claim: Claim): string {
  return `${claim.kind} ${claim.id} is no longer held by ${claim.owner} at version ${claim.version}`
}
