import { drawWorkersWithCrash, smallWorkload } from '../draw.ts'
import type { Hazard, Violation } from './hazard.ts'
import { itemsOf, OPEN_STATUSES } from './items.ts'
import { firstFault } from './places.ts'

/** H7: what a process held when it died is never taken up again. */
export const orphanedClaim: Hazard = {
  id: 'H7',
  title: 'a claim orphaned by a crash is never taken up again',
  removedBy: ['optimisticLocking'],
  promisedFrom: 2,
  off: (flags) => ({ ...flags, optimisticLocking: false }),
  draw(draw) {
    const at = draw.int('at', 2, 42)
    const crash = draw.chance('connection', 0.2)
      ? { databaseFaults: [{ at, kind: 'connection-lost' as const }] }
      : { diesAt: at }
    const actors = drawWorkersWithCrash(draw, 0.4, crash)
    return { workload: smallWorkload({ uploads: draw.int('uploads', 1, 2) }), actors, apiFaults: [] }
  },
  check(executed) {
    return executed.final.flatMap((state): Violation[] => {
      const { status } = state.run
      const open = itemsOf(state, executed.plan.workload).filter((item) =>
        OPEN_STATUSES.includes(item.status),
      )
      if (status !== 'PENDING' && status !== 'RUNNING' && open.length === 0) return []
      const items = open.map((item) => `${item.label} ${item.status}`).join(', ')
      return [
        {
          invariant: 'a run comes to its end, whoever died',
          detail: `after all later invocations the run is ${status}${items ? `; open: ${items}` : ''}`,
          place: firstFault(executed),
        },
      ]
    })
  },
}
