import pLimit from 'p-limit'
import { BudgetOverError, CallFailedError, LostClaimError } from '../errors.ts'
import type { ItemOutcome, Phase } from '../events.ts'
import { type Claim, claimItem, giveBackItem, startItem } from '../persistence/claims.ts'
import type { Db } from '../persistence/database.ts'
import type { ItemKind, ListedItem } from '../persistence/items.ts'
import { recordItemEnd } from '../persistence/progress.ts'
import { appendLog } from '../persistence/run-log.ts'
import type { Invocation } from '../run/context.ts'

/**
 * Items are listed so many at a time: more than most invocations get through, so that what an invocation
 * reads does not grow with the run.
 */
const PAGE = 200

/** What a phase does with one item, once it is claimed. */
export interface PhaseWork<Item extends ListedItem, Answer> {
  readonly phase: Phase
  readonly kind: ItemKind
  /** Items at once. */
  readonly concurrency: number
  /** E.g. `upload 3`: for logs, events and messages. */
  readonly label: (item: Item) => string
  /** The call to Claude. */
  readonly call: (item: Item) => Promise<Answer>
  /** Writes what the answer holds. */
  readonly write: (db: Db, item: Item, answer: Answer) => Promise<void>
  /** What the log says when the item is done, e.g. `6 cards`. */
  readonly summary: (answer: Answer) => string
}

/**
 * Works through the items of a phase, page by page, `concurrency` at a time.
 * @param list The next items that can be claimed, in order, at most `take`.
 * @returns true when all were dealt with, false when the budget ran out first.
 */
export async function workThrough<Item extends ListedItem, Answer>(
  invocation: Invocation,
  list: (take: number) => Promise<readonly Item[]>,
  work: PhaseWork<Item, Answer>,
): Promise<boolean> {
  invocation.onEvent({ type: 'phase-started', phase: work.phase, at: invocation.clock.now() })
  for (;;) {
    const items = await list(PAGE)
    if (!(await workThroughPage(invocation, work, items))) return false
    if (items.length < PAGE) return true
  }
}

async function workThroughPage<Item extends ListedItem, Answer>(
  invocation: Invocation,
  work: PhaseWork<Item, Answer>,
  items: readonly Item[],
): Promise<boolean> {
  const limit = pLimit(work.concurrency)
  // Set when an item breaks off or finds no time left: what is still queued is then not begun.
  let stopped = false
  const results = await Promise.allSettled(
    items.map((item) =>
      limit(async () => {
        if (stopped) return false
        try {
          const dealtWith = await processItem(invocation, work, item)
          stopped ||= !dealtWith
          return dealtWith
        } catch (error) {
          stopped = true
          throw error
        }
      }),
    ),
  )
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  if (errors.length === 1) throw errors[0]
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} items of ${work.phase} broke off`)
  return results.every((result) => result.status === 'fulfilled' && result.value)
}

/** @returns false when there is no time left to start it. */
async function processItem<Item extends ListedItem, Answer>(
  invocation: Invocation,
  work: PhaseWork<Item, Answer>,
  item: Item,
): Promise<boolean> {
  const { db, flags, clock, budget, lease, onEvent } = invocation
  const { phase, kind } = work
  if (!budget.allows(phase)) return false
  try {
    await invocation.pace(phase, work.concurrency)
  } catch (error) {
    if (error instanceof BudgetOverError) return false
    throw error
  }
  if (!budget.allows(phase)) return false
  budget.start()
  const label = work.label(item)
  // Alone, an item starts as soon as it is claimed; among others it is reserved first.
  const status = work.concurrency > 1 ? 'RESERVED' : 'GENERATING'
  const claimed = await claimItem(db, flags, kind, item, lease, status)
  if (!claimed) return true
  onEvent({ type: 'item-claimed', phase, item: label, at: clock.now() })
  const ended = (outcome: ItemOutcome) =>
    onEvent({ type: 'item-ended', phase, item: label, outcome, at: clock.now() })
  let claim = claimed
  try {
    await appendLog(db, flags, invocation.runId, `${label}: started`, new Date(clock.now()))
    if (status === 'RESERVED') claim = await startItem(db, flags, claimed)
    ended(await callAndRecord(invocation, work, item, claim))
    return true
  } catch (error) {
    if (error instanceof LostClaimError) {
      ended('lost')
      return true
    }
    if (!(error instanceof BudgetOverError)) throw error
    if (budget.wasNearlyAll(error.attemptMs)) {
      const reason = `${label}: not done within the ${budget.budgetMs} ms of an invocation`
      await recordFailure(invocation, label, claim, reason)
      ended('failed')
    } else {
      await giveBackItem(db, flags, claim)
      await appendLog(db, flags, invocation.runId, `${label}: handed back`, new Date(clock.now()))
      ended('handed-back')
    }
    return false
  }
}

async function callAndRecord<Item extends ListedItem, Answer>(
  invocation: Invocation,
  work: PhaseWork<Item, Answer>,
  item: Item,
  claim: Claim,
): Promise<'completed' | 'failed'> {
  const { db, flags, clock, runId } = invocation
  const label = work.label(item)
  let answer: Answer
  try {
    answer = await work.call(item)
  } catch (error) {
    if (!(error instanceof CallFailedError)) throw error
    await recordFailure(invocation, label, claim, error.message)
    return 'failed'
  }
  await recordItemEnd(db, flags, {
    runId,
    claim,
    status: 'COMPLETED',
    logLine: `${label}: ${work.summary(answer)}`,
    at: new Date(clock.now()),
    writeResults: (tx) => work.write(tx, item, answer),
  })
  return 'completed'
}

async function recordFailure(
  invocation: Invocation,
  label: string,
  claim: Claim,
  reason: string,
): Promise<void> {
  const { db, flags, clock, runId } = invocation
  await recordItemEnd(db, flags, {
    runId,
    claim,
    status: 'FAILED',
    error: reason,
    logLine: `${label}: failed: ${reason}`,
    at: new Date(clock.now()),
    writeResults: async () => {},
  })
}
