import { StoppedError } from '../errors.ts'
import { type Lease, renewItems } from '../persistence/claims.ts'
import { isCurrent, renewRun } from '../persistence/run-state.ts'
import type { Invocation } from './context.ts'

/** A lease is renewed so often before it ends: twice in vain, and it still holds. */
const RENEWALS_PER_LEASE = 3

/**
 * Keeps alive what an invocation holds while it works: its items, and the run where it holds that. An
 * invocation whose run was taken over, or cancelled, is stopped. Without `optimisticLocking` nobody
 * reads leases, and nothing is renewed.
 * @param leaseMs How long a claim holds without renewal, ms.
 * @returns ends it, when what is under way of it is done.
 */
export function renewLeases(invocation: Invocation, holdsRun: boolean, leaseMs: number): () => Promise<void> {
  if (!invocation.flags.optimisticLocking) return async () => {}
  const closed = new AbortController()
  const done = renewUntil(closed.signal, invocation, holdsRun, leaseMs)
  return () => {
    closed.abort(new StoppedError('the invocation has ended'))
    return done
  }
}

async function renewUntil(
  closed: AbortSignal,
  invocation: Invocation,
  holdsRun: boolean,
  leaseMs: number,
): Promise<void> {
  const { clock } = invocation
  let heldUntil = clock.now() + leaseMs
  for (;;) {
    try {
      await clock.sleep(leaseMs / RENEWALS_PER_LEASE, closed)
    } catch {
      return
    }
    try {
      const lease = invocation.lease()
      if (!(await renewOnce(invocation, holdsRun, lease))) {
        invocation.stop(new StoppedError(`run ${invocation.runId} is no longer held by ${lease.owner}`))
        return
      }
      heldUntil = lease.expiresAt.getTime()
    } catch (error) {
      // The database may be back before the lease is over; after it, others may have taken over.
      if (clock.now() < heldUntil) continue
      invocation.stop(new StoppedError('the lease could not be renewed', { cause: error }))
      return
    }
  }
}

async function renewOnce(invocation: Invocation, holdsRun: boolean, lease: Lease): Promise<boolean> {
  const { db, runId, generation, held } = invocation
  const isOurs = holdsRun ? await renewRun(db, runId, lease) : await isCurrent(db, runId, generation)
  if (!isOurs) return false
  for (const [kind, ids] of held) if (ids.size > 0) await renewItems(db, kind, ids, lease)
  return true
}
