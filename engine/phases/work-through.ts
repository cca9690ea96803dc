import pLimit from 'p-limit'
import type { ListedItem } from '../persistence/items.ts'
import type { Invocation } from '../run/context.ts'
import { type PhaseWork, processItem } from './process-item.ts'

/**
 * Items are listed so many at a time: more than most invocations get through, so that what an invocation
 * reads does not grow with the run.
 */
const PAGE = 200

/**
 * Works through the items of a phase, page by page, `concurrency` at a time.
 * @param list The next items that can be claimed, in order, at most `take`.
 * @returns true when none is left to claim, false when the budget ran out first.
 */
export async function workThrough<Item extends ListedItem, Answer>(
  invocation: Invocation,
  list: (take: number) => Promise<readonly Item[]>,
  work: PhaseWork<Item, Answer>,
): Promise<boolean> {
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
  // Slots that were stopped together were stopped for one reason.
  const reasons = [...new Set(errors)]
  if (reasons.length === 1) throw reasons[0]
  if (reasons.length > 1)
    throw new AggregateError(reasons, `${reasons.length} items of ${work.phase} broke off`)
  return results.every((result) => result.status === 'fulfilled' && result.value)
}
