import { BY_HAND } from '../add-story.ts'
import { drawApiFaults, drawConflicts, drawWorker, smallWorkload } from '../draw.ts'
import type { Hazard, Violation } from './hazard.ts'
import { lastPlace } from './places.ts'

/** H4: stories are skipped, replaced or appended by a count that is no longer true. */
export const staleCount: Hazard = {
  id: 'H4',
  title: 'a stale story count gives a wrong skip or replace',
  removedBy: ['transactions'],
  promisedFrom: 2,
  off: (flags) => ({ ...flags, transactions: false }),
  draw(draw) {
    const worker = drawWorker(draw, 0, 16, { databaseFaults: drawConflicts(draw, 0, 16) })
    // The user comes before, during or after the call, and his statements take as long as the worker's may.
    const user = drawWorker(draw, 1, 5, {
      job: 'add-story',
      startMs: draw.log('user', 1, 2 * (worker.callMs + 10 * worker.statementMs)),
    })
    const start = draw.pick('existing', ['skip', 'replace', 'append'] as const)
    return {
      workload: smallWorkload({ storiesPerEpic: 2, start }),
      actors: [worker, user],
      apiFaults: drawApiFaults(draw, 1),
    }
  },
  check(executed) {
    const { start } = executed.plan.workload
    const violations: Violation[] = []
    for (const { stories, epics } of executed.final) {
      const held = stories.filter(({ epicId }) => epicId === epics[0]?.id)
      const positions = held.map(({ position }) => position).sort((one, other) => one - other)
      const byHand = held.find(({ title }) => title === BY_HAND)
      const found = `positions ${positions.join(', ')}${byHand ? `, the user's at ${byHand.position}` : ''}`
      const place = lastPlace(executed.trace, ({ shape }) => shape === 'INSERT Story')
      if (positions.some((position, index) => position !== index)) {
        violations.push({ invariant: 'each place among the stories is taken once', detail: found, place })
      } else if (start !== 'append' && byHand?.position === 0 && held.length > 1) {
        violations.push({
          invariant: `${start} goes by the stories that are there when it writes`,
          detail: found,
          place,
        })
      }
    }
    return violations
  },
}
