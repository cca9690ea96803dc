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
  draw(draw) {
    const actors = [0, 1].map((index) =>
      drawWorker(draw, index, 40, {
        join: true,
        invocations: 8,
        ...drawSkew(draw, index, 40),
        databaseFaults: drawConflicts(draw, index, 40),
      }),
    )
    return { workload: smallWorkload({ uploads: 2 }), actors, apiFaults: drawApiFaults(draw, 6) }
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
