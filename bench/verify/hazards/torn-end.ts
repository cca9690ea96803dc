import { drawPlaceOfHarm, drawWorkersWithCrash, smallWorkload } from '../draw.ts'
import type { ExecutedSchedule } from '../run-schedule.ts'
import type { RunState } from '../run-state.ts'
import type { Hazard, Violation } from './hazard.ts'
import { itemsOf } from './items.ts'
import { firstFault } from './places.ts'

/** H6: a crash between status and counter leaves them apart. */
export const tornEnd: Hazard = {
  id: 'H6',
  title: 'a crash between status and counter leaves them apart',
  removedBy: ['transactions'],
  promisedFrom: 2,
  off: (flags) => ({ ...flags, transactions: false }),
  draw(draw) {
    // A connection that is lost in the middle is a crash for what was being written.
    const kind = draw.pick('crash', ['death', 'death', 'connection-lost', 'answer-lost'] as const)
    // The answer to a COMMIT is the one whose loss tells nothing of what was done.
    const commit = kind === 'answer-lost' && draw.chance('commit', 0.6)
    const at = commit ? draw.int('commit:at', 12, 13) : drawPlaceOfHarm(draw, 'at', 42)
    const crash = kind === 'death' ? { diesAt: at } : { databaseFaults: [{ at, kind }] }
    const actors = drawWorkersWithCrash(draw, 0.3, crash)
    return { workload: smallWorkload({ uploads: draw.int('uploads', 1, 2) }), actors, apiFaults: [] }
  },
  check(executed) {
    return [...executed.before, ...executed.final].flatMap((state) => torn(executed, state)).slice(0, 1)
  },
}

function torn(executed: ExecutedSchedule, state: RunState): Violation[] {
  const { run } = state
  const items = itemsOf(state, executed.plan.workload)
  const place = firstFault(executed)
  const completed = items.filter(({ status }) => status === 'COMPLETED').length
  const failed = items.filter(({ status }) => status === 'FAILED').length
  const apart = items.find(({ status, rows, expected }) => rows !== (status === 'COMPLETED' ? expected : 0))
  return [
    ...(completed === run.completedItems && failed === run.failedItems
      ? []
      : [
          {
            invariant: 'the counters of a run agree with its items',
            detail: `${completed} items are completed and ${failed} failed, the run counts ${run.completedItems} and ${run.failedItems}`,
            place,
          },
        ]),
    ...(apart
      ? [
          {
            invariant: 'an item has its results if it is completed, and only then',
            detail: `${apart.label} is ${apart.status} and has ${apart.rows} rows`,
            place,
          },
        ]
      : []),
  ]
}
