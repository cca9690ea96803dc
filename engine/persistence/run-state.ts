import type { Phase as DbPhase, RunStatus } from '../../prisma/generated/client.ts'
import { LostClaimError, RunNotFoundError } from '../errors.ts'
import type { Flags } from '../flags.ts'
import type { Lease } from './claims.ts'
import type { Db } from './database.ts'

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
  | { readonly state: 'ended'; readonly status: RunStatus }

/**
 * Enters RUNNING.
 * - `optimisticLocking` off: read the status, then update by id. Two processes can both enter (H1), and
 *   a run whose process died stays RUNNING for ever (H7).
 * - on: compare-and-swap on status and version with a lease; an expired lease is taken over.
 * @throws RunNotFoundError
 */
export async function claimRun(
  db: Db,
  flags: Flags,
  runId: string,
  lease: Lease,
  now: Date,
): Promise<RunClaimResult> {
  const run = await db.run.findUnique({
    where: { id: runId },
    select: { status: true, phase: true, version: true, leaseExpiresAt: true, startedAt: true },
  })
  if (!run) throw new RunNotFoundError(`There is no run ${runId}.`)
  const expired = flags.optimisticLocking && run.leaseExpiresAt !== null && run.leaseExpiresAt <= now
  if (run.status === 'RUNNING' && !expired) return { state: 'busy' }
  if (run.status !== 'PENDING' && run.status !== 'RUNNING') return { state: 'ended', status: run.status }
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
    where: { id: runId, status: run.status, version: run.version },
    data: { ...data, version: { increment: 1 } },
  })
  if (count === 0) return { state: 'busy' }
  return {
    state: 'claimed',
    claim: { runId, owner: lease.owner, version: run.version + 1, phase: run.phase },
  }
}

/** What an invocation may change of the run that it holds. */
export interface RunChange {
  readonly status?: RunStatus
  readonly phase?: DbPhase
  readonly error?: string
  readonly finishedAt?: Date
  /** Gives the claim up. */
  readonly release?: boolean
  /** Work that the phase entered brings: added to the run's total. */
  readonly newItems?: number
}

/**
 * Changes the run: by id, or with `optimisticLocking` only while the claim still holds.
 * @throws LostClaimError with `optimisticLocking`, where another invocation took the run over.
 */
export async function changeRun(db: Db, flags: Flags, claim: RunClaim, change: RunChange): Promise<RunClaim> {
  const { release, newItems, ...fields } = change
  const data = {
    ...fields,
    ...(release ? { leaseOwner: null, leaseExpiresAt: null } : {}),
    ...(newItems ? { totalItems: { increment: newItems } } : {}),
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
