import { drawPlaceOfHarm, drawWorkersWithCrash, smallWorkload } from '../draw.ts'
import type { ExecutedSchedule } from '../run-schedule.ts'
import type { RunState } from '../run-state.ts'
import { brokenAlways } from '../state-invariants.ts'
import type { Hazard, Violation } from './hazard.ts'
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
  const place = firstFault(executed)
  return brokenAlways(state, executed.plan.workload).map((broken) => ({ ...broken, place }))
}
