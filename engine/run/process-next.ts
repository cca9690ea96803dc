import type { PrismaClient } from '../../prisma/generated/client.ts'
import { LostClaimError } from '../errors.ts'
import type { InvocationOutcome } from '../events.ts'
import { type Db, inTransaction } from '../persistence/database.ts'
import { changeRun, claimRun, type RunClaim } from '../persistence/run-state.ts'
import { analyseCards } from '../phases/card-analysis.ts'
import { planEpics } from '../phases/plan-epics.ts'
import { generateStories } from '../phases/story-generation.ts'
import { generateSubtasks } from '../phases/subtask-generation.ts'
import type { Invocation } from './context.ts'

/**
 * One invocation: claims the run, works through its phases within the budget, and either ends the run
 * or hands it over to the next invocation.
 */
export async function processNext(invocation: Invocation): Promise<InvocationOutcome> {
  const { db, flags, clock, runId, lease } = invocation
  const claimed = await claimRun(db, flags, runId, lease, new Date(clock.now()))
  if (claimed.state === 'busy') return { state: 'busy' }
  if (claimed.state === 'ended') {
    if (claimed.status === 'CANCELLED') return { state: 'finished', status: 'FAILED' }
    return { state: 'finished', status: claimed.status as 'COMPLETED' | 'COMPLETED_WITH_ERRORS' | 'FAILED' }
  }
  try {
    return await workOnRun(invocation, claimed.claim)
  } catch (error) {
    if (error instanceof LostClaimError) return { state: 'busy' }
    throw error
  }
}

async function workOnRun(invocation: Invocation, first: RunClaim): Promise<InvocationOutcome> {
  let claim = first
  for (;;) {
    switch (claim.phase) {
      case 'CARD_ANALYSIS':
        if (!(await analyseCards(invocation))) return handOver(invocation, claim)
        claim = await enterStoryGeneration(invocation, claim)
        break
      case 'STORY_GENERATION':
        if (!(await generateStories(invocation))) return handOver(invocation, claim)
        claim = await enterSubtaskGeneration(invocation, claim)
        break
      case 'SUBTASK_GENERATION':
        if (!(await generateSubtasks(invocation))) return handOver(invocation, claim)
        return endRun(invocation, claim)
      default:
        claim.phase satisfies never
    }
  }
}

function enterStoryGeneration(invocation: Invocation, claim: RunClaim): Promise<RunClaim> {
  return atomically(invocation, async (db) => {
    const newItems = await planEpics(db, invocation)
    return changeRun(db, invocation.flags, claim, { phase: 'STORY_GENERATION', newItems })
  })
}

function enterSubtaskGeneration(invocation: Invocation, claim: RunClaim): Promise<RunClaim> {
  return atomically(invocation, async (db) => {
    const newItems = await db.runStory.count({ where: { runId: claim.runId } })
    return changeRun(db, invocation.flags, claim, { phase: 'SUBTASK_GENERATION', newItems })
  })
}

/** With `transactions` the statements of a phase change are one transaction, else one after the other. */
function atomically<T>(invocation: Invocation, work: (db: Db) => Promise<T>): Promise<T> {
  const db: PrismaClient = invocation.db
  return invocation.flags.transactions ? inTransaction(db, work) : work(db)
}

async function handOver(invocation: Invocation, claim: RunClaim): Promise<InvocationOutcome> {
  await changeRun(invocation.db, invocation.flags, claim, { status: 'PENDING', release: true })
  return { state: 'continue' }
}

async function endRun(invocation: Invocation, claim: RunClaim): Promise<InvocationOutcome> {
  const { db, flags, clock, runId } = invocation
  const { completedItems, failedItems } = await db.run.findUniqueOrThrow({
    where: { id: runId },
    select: { completedItems: true, failedItems: true },
  })
  const status = failedItems === 0 ? 'COMPLETED' : completedItems === 0 ? 'FAILED' : 'COMPLETED_WITH_ERRORS'
  await changeRun(db, flags, claim, { status, release: true, finishedAt: new Date(clock.now()) })
  return { state: 'finished', status }
}
