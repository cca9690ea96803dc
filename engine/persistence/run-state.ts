import type { Phase as DbPhase, Existing, RunStatus } from '../../prisma/generated/client.ts'
import { type PacingMode, pacingSchema } from '../claude/pacing.ts'
import { LostClaimError, RunNotFoundError } from '../errors.ts'
import type { EndStatus } from '../events.ts'
import { type Flags, flagsSchema } from '../flags.ts'
import type { Lease } from './claims.ts'
import type { Db } from './database.ts'
import type { ItemCounts } from './items.ts'

/** The right to work on a run: one invocation holds it at a time. */
export interface RunClaim {
  readonly runId: string
  readonly owner: string
  /** The run's version as this claim left it. */
  readonly version: number
  readonly phase: DbPhase
}

export type RunClaimResult =
  | { readonly state: 'claimed'; readonly claim: RunClaim }
  | { readonly state: 'busy' }
  | { readonly state: 'ended'; readonly status: EndStatus }

/** A run as it was read: claiming it compares with this. */
export interface StoredRun {
  readonly id: string
  readonly status: RunStatus
  readonly phase: DbPhase
  readonly version: number
  readonly leaseExpiresAt: Date | null
  readonly startedAt: Date | null
  readonly generation: number
  readonly existing: Existing | null
  readonly pacing: PacingMode
  /** The flags, and above the pacing, that it was created with: all work on it is done with them. */
  readonly flags: Flags
}

/** @throws RunNotFoundError */
export async function readRun(db: Db, runId: string): Promise<StoredRun> {
  const run = await db.run.findUnique({
    where: { id: runId },
    select: {
      id: true,
      status: true,
      phase: true,
      version: true,
      leaseExpiresAt: true,
      startedAt: true,
      generation: true,
      existing: true,
      pacing: true,
      flags: true,
    },
  })
  if (!run) throw new RunNotFoundError(`There is no run ${runId}.`)
  return { ...run, pacing: pacingSchema.parse(run.pacing), flags: flagsSchema.parse(run.flags) }
}

/**
 * Enters RUNNING.
 * - `optimisticLocking` off: the status was read, now the run is updated by id. Two processes can both
 *   enter (H1), and a run whose process died stays RUNNING for ever (H7).
 * - on: compare-and-swap on status and version with a lease; an expired lease is taken over.
 */
export async function claimRun(db: Db, run: StoredRun, lease: Lease, now: Date): Promise<RunClaimResult> {
  const { id: runId, flags, status } = run
  const expired = flags.optimisticLocking && run.leaseExpiresAt !== null && run.leaseExpiresAt <= now
  if (status === 'RUNNING' && !expired) return { state: 'busy' }
  if (status !== 'PENDING' && status !== 'RUNNING') return { state: 'ended', status }
  const data = {
    status: 'RUNNING',
    leaseOwner: lease.owner,
    leaseExpiresAt: lease.expiresAt,
    startedAt: run.startedAt ?? now,
  } as const
  if (!flags.optimisticLocking) {
    await db.run.update({ where: { id: runId }, data, select: { id: true } })
    return { state: 'claimed', claim: { runId, owner: lease.owner, version: run.version, phase: run.phase } }
  }
  const { count } = await db.run.updateMany({
    // The lease is compared too: a holder that has renewed it since it was read is alive.
    where: { id: runId, status, version: run.version, leaseExpiresAt: run.leaseExpiresAt },
    data: { ...data, version: { increment: 1 } },
  })
  if (count === 0) return { state: 'busy' }
  return {
    state: 'claimed',
    claim: { runId, owner: lease.owner, version: run.version + 1, phase: run.phase },
  }
}

/** Holds a run until `lease` is over. @returns false where somebody else has it, or it was cancelled */
export async function renewRun(db: Db, runId: string, lease: Lease): Promise<boolean> {
  const { count } = await db.run.updateMany({
    where: { id: runId, leaseOwner: lease.owner },
    data: { leaseExpiresAt: lease.expiresAt },
  })
  return count > 0
}

/** Whether a run has been neither cancelled nor opened again since it had this generation. */
export async function isCurrent(db: Db, runId: string, generation: number): Promise<boolean> {
  return (await db.run.count({ where: { id: runId, generation } })) > 0
}

/** What an invocation may change of the run that it holds. */
export interface RunChange {
  readonly status?: RunStatus
  readonly phase?: DbPhase
  readonly finishedAt?: Date
  /** Why it did not end well; null where it did. */
  readonly error?: string | null
  /** Gives the claim up. */
  readonly release?: boolean
  /** The items of the phase entered: added to the run's counters. */
  readonly items?: ItemCounts
}

/**
 * Changes the run: by id, or with `optimisticLocking` only while the claim still holds.
 * @throws LostClaimError with `optimisticLocking`, where another invocation took the run over.
 */
export async function changeRun(db: Db, flags: Flags, claim: RunClaim, change: RunChange): Promise<RunClaim> {
  const { release, items, ...fields } = change
  const data = {
    ...fields,
    ...(release ? { leaseOwner: null, leaseExpiresAt: null } : {}),
    ...(items
      ? {
          totalItems: { increment: items.total },
          completedItems: { increment: items.completed },
          failedItems: { increment: items.failed },
        }
      : {}),
  }
  const phase = change.phase ?? claim.phase
  if (!flags.optimisticLocking) {
    await db.run.update({ where: { id: claim.runId }, data, select: { id: true } })
    return { ...claim, phase }
  }
  const { count } = await db.run.updateMany({
    where: { id: claim.runId, version: claim.version, leaseOwner: claim.owner },
    data: { ...data, version: { increment: 1 } },
  })
  if (count === 0) throw new LostClaimError(`run ${claim.runId} is no longer held by ${claim.owner}`)
  return { ...claim, version: claim.version + 1, phase }
}
