import type { PrismaClient } from '../../prisma/generated/client.ts'
import { BudgetOverError, LostClaimError, StoppedError } from '../errors.ts'
import type { InvocationOutcome, Phase } from '../events.ts'
import type { Flags } from '../flags.ts'
import { type Db, inTransaction } from '../persistence/database.ts'
import { countItems, firstOpenItem } from '../persistence/items.ts'
import { changeRun, claimRun, type RunClaim, readRun, type StoredRun } from '../persistence/run-state.ts'
import { type PhaseRow, phaseRow } from '../phase-table.ts'
import { analyseCards } from '../phases/card-analysis.ts'
import { planEpics } from '../phases/plan-epics.ts'
import { generateStories } from '../phases/story-generation.ts'
import { generateSubtasks } from '../phases/subtask-generation.ts'
import type { Invocation } from './context.ts'
import { renewLeases } from './lease-renewal.ts'

/** How often the holder of a run looks whether the items of others have ended, ms. */
const POLL_MS = 1_000

/** Works through a phase's items. @returns true when none is left to claim, false when the budget ran out first */
const WORK: { readonly [P in Phase]: (invocation: Invocation) => Promise<boolean> } = {
  'card-analysis': analyseCards,
  'story-generation': generateStories,
  'subtask-generation': generateSubtasks,
}

export interface ProcessNextSetting {
  readonly db: PrismaClient
  readonly runId: string
  /** Help where another invocation holds the run, instead of answering busy. */
  readonly join: boolean
  /** Lets others help with flags that lose something by it. */
  readonly allowUnsafe: boolean
  readonly leaseMs: number
  readonly open: (run: StoredRun) => Invocation
}

/**
 * One invocation: claims the run, works through its phases within the budget, and either ends the run
 * or hands it over to the next invocation.
 */
export async function processNext(setting: ProcessNextSetting): Promise<InvocationOutcome> {
  const { db, runId, join, allowUnsafe, leaseMs } = setting
  const run = await readRun(db, runId)
  const invocation = setting.open(run)
  const claimed = await claimRun(db, run, invocation.lease(), new Date(invocation.clock.now()))
  if (claimed.state === 'ended') return { state: 'finished', status: claimed.status }
  const helps =
    claimed.state === 'busy' &&
    join &&
    run.flags.optimisticLocking &&
    (allowUnsafe || losesNothing(run.flags))
  if (claimed.state === 'busy' && !helps) return { state: 'busy' }
  const endRenewal = renewLeases(invocation, !helps, leaseMs)
  try {
    return claimed.state === 'busy'
      ? await help(invocation, phaseRow(run.phase))
      : await workOnRun(invocation, claimed.claim)
  } catch (error) {
    if (error instanceof StoppedError || error instanceof LostClaimError) return await heldByOther(db, runId)
    throw error
  } finally {
    await endRenewal()
  }
}

/** What the run's state says to an invocation that does not hold it, or not any more. */
async function heldByOther(db: PrismaClient, runId: string): Promise<InvocationOutcome> {
  const { status } = await readRun(db, runId)
  return status === 'PENDING' || status === 'RUNNING' ? { state: 'busy' } : { state: 'finished', status }
}

async function help(invocation: Invocation, { phase }: PhaseRow): Promise<InvocationOutcome> {
  invocation.onEvent({ type: 'phase-started', phase, at: invocation.clock.now() })
  const inTime = await WORK[phase](invocation)
  // Who calls again until the run has ended would otherwise do so without a pause.
  if (inTime) await pauseWithin(invocation, POLL_MS)
  return { state: 'helped' }
}

async function workOnRun(invocation: Invocation, first: RunClaim): Promise<InvocationOutcome> {
  let claim = first
  try {
    while (await finishPhase(invocation, phaseRow(claim.phase))) {
      if (claim.phase === 'SUBTASK_GENERATION') return await endRun(invocation, claim)
      claim = await enterNextPhase(invocation, claim)
    }
  } catch (error) {
    await handOverAfter(invocation, claim, error)
    throw error
  }
  await handOver(invocation, claim)
  return { state: 'continue' }
}

/** @returns false where the budget ran out first */
async function pauseWithin({ clock, signal }: Invocation, ms: number): Promise<boolean> {
  try {
    await clock.sleep(ms, signal)
    return true
  } catch (error) {
    if (error instanceof BudgetOverError) return false
    throw error
  }
}

/** Two invocations on one run lose counts and log lines without these: as `danger` says of two items at once. */
function losesNothing({ transactions, atomicLog }: Flags): boolean {
  return transactions && atomicLog !== false
}

/** @returns true when all items of the phase are dealt with, false when the budget ran out first */
async function finishPhase(invocation: Invocation, { phase, kind }: PhaseRow): Promise<boolean> {
  const { db, runId, flags, generation, clock, onEvent } = invocation
  onEvent({ type: 'phase-started', phase, at: clock.now() })
  for (;;) {
    if (!(await WORK[phase](invocation))) return false
    // Without leases nothing tells another's living claim from an orphan, for which one would wait for ever.
    if (!flags.optimisticLocking) return true
    const open = await firstOpenItem(db, kind, runId, generation)
    if (!open) return true
    const heldForMs = (open.leaseExpiresAt?.getTime() ?? 0) - clock.now()
    if (heldForMs <= 0) continue
    if (!(await pauseWithin(invocation, Math.min(heldForMs, POLL_MS)))) return false
  }
}

function enterNextPhase(invocation: Invocation, claim: RunClaim): Promise<RunClaim> {
  const { db, flags, runId } = invocation
  const phase = claim.phase === 'CARD_ANALYSIS' ? 'STORY_GENERATION' : 'SUBTASK_GENERATION'
  const work = async (tx: Db) => {
    if (phase === 'STORY_GENERATION') await planEpics(tx, invocation)
    const items = await countItems(tx, phaseRow(phase).kind, runId)
    return changeRun(tx, flags, claim, { phase, items })
  }
  // With `transactions` the statements of a phase change are one transaction, else one after the other.
  return flags.transactions ? inTransaction(db, work) : work(db)
}

async function handOver(invocation: Invocation, claim: RunClaim): Promise<void> {
  await changeRun(invocation.db, invocation.flags, claim, { status: 'PENDING', release: true })
}

/**
 * An invocation that ends with an error frees the run, where it can, so that the next one need not wait for
 * the end of the lease. What was under way has been given back.
 */
async function handOverAfter(invocation: Invocation, claim: RunClaim, reason: unknown): Promise<void> {
  if (reason instanceof LostClaimError) return
  try {
    await handOver(invocation, claim)
  } catch (error) {
    // The first error is the one to be told of; that the run is lost counts more than either.
    if (error instanceof LostClaimError) throw error
  }
}

async function endRun(invocation: Invocation, claim: RunClaim): Promise<InvocationOutcome> {
  const { db, flags, clock, runId } = invocation
  const { totalItems, completedItems, failedItems } = await db.run.findUniqueOrThrow({
    where: { id: runId },
    select: { totalItems: true, completedItems: true, failedItems: true },
  })
  const status = failedItems === 0 ? 'COMPLETED' : completedItems === 0 ? 'FAILED' : 'COMPLETED_WITH_ERRORS'
  const error = failedItems === 0 ? null : `${failedItems} of ${totalItems} items failed`
  await changeRun(db, flags, claim, { status, error, release: true, finishedAt: new Date(clock.now()) })
  return { state: 'finished', status }
}
