import { drawApiFaults, drawConflicts, drawSkew, drawWorker, smallWorkload } from '../draw.ts'
import type { Hazard, Violation } from './hazard.ts'
import { eventsOf } from './items.ts'
import { lostUpdate } from './places.ts'

/** H2: of two items that end at the same time one is not counted. */
export const lostIncrements: Hazard = {
  id: 'H2',
  title: 'lost counter increments',
  removedBy: ['transactions'],
  promisedFrom: 2,
  off: (flags) => ({ ...flags, transactions: false }),
  draw(draw, tier) {
    const uploads = draw.int('uploads', 2, 3)
    const actors = Array.from({ length: uploads }, (_, index) => {
      const worker = drawWorker(draw, index, 40)
      // A slow statement where the first item ends: what the others count meanwhile is what can be lost.
      const slow = draw.int(`slow:${index}`, 8, 12)
      return {
        ...worker,
        join: true,
        // With claims, who lists the items after the others have theirs takes the next, and ends it at about the
        // same time. Without, all enter at once and do the same.
        startMs: worker.startMs + (tier < 2 ? 0 : index * draw.int('behind', 2, 5) * worker.statementMs),
        invocations: 8,
        changes: draw.chance(`slow:${index}`, 0.7)
          ? [
              { at: slow, statementMs: draw.log(`slow:${index}:ms`, 200, 1_500), callMs: worker.callMs },
              { at: slow + 1, statementMs: worker.statementMs, callMs: worker.callMs },
            ]
          : worker.changes,
        ...drawSkew(draw, index, 40),
        databaseFaults: drawConflicts(draw, index, 40),
      }
    })
    return { workload: smallWorkload({ uploads }), actors, apiFaults: drawApiFaults(draw, 6) }
  },
  check(executed) {
    const violations: Violation[] = []
    for (const { run } of executed.final) {
      const ended = eventsOf(executed, run.id, 'item-ended')
      for (const [outcome, column] of [
        ['completed', 'completedItems'],
        ['failed', 'failedItems'],
      ] as const) {
        const items = ended.filter(({ event }) => event.outcome === outcome).length
        if (run[column] >= items) continue
        violations.push({
          invariant: 'every item that has ended is counted',
          detail: `${items} items were ${outcome}, the run counts ${run[column]}`,
          place: lostUpdate(executed, column),
        })
      }
    }
    return violations
  },
}
