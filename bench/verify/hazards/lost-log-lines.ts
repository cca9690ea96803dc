import {
  drawApiFaults,
  drawConflicts,
  drawPlaceOfHarm,
  drawSkew,
  drawWorker,
  smallWorkload,
} from '../draw.ts'
import { logOf } from '../run-state.ts'
import type { Hazard, Violation } from './hazard.ts'
import { eventsOf, groupBy } from './items.ts'
import { lostUpdate } from './places.ts'

/**
 * H3: a line of the log is lost. A call is made after its item's first line was written, an item has ended
 * when its last line was: so many lines must be there, whatever else happened.
 */
export const lostLogLines: Hazard = {
  id: 'H3',
  title: 'lost log lines',
  removedBy: ['atomicLog'],
  promisedFrom: 1,
  off: (flags) => ({ ...flags, atomicLog: false }),
  draw(draw) {
    const death = draw.chance('death', 0.4) ? draw.int('death:actor', 0, 1) : -1
    const actors = [0, 1].map((index) =>
      drawWorker(draw, index, 40, {
        join: true,
        invocations: 2,
        ...drawSkew(draw, index, 40),
        databaseFaults: drawConflicts(draw, index, 40),
        diesAt: index === death ? drawPlaceOfHarm(draw, 'death:at', 40) : null,
      }),
    )
    return { workload: smallWorkload({ uploads: 2 }), actors, apiFaults: drawApiFaults(draw, 6) }
  },
  check(executed) {
    const violations: Violation[] = []
    for (const state of executed.final) {
      const lines = logOf(state)
      const calls = groupBy(eventsOf(executed, state.run.id, 'call-started'), ({ event }) => event.item)
      const ends = groupBy(
        eventsOf(executed, state.run.id, 'item-ended').filter(({ event }) => event.outcome !== 'lost'),
        ({ event }) => event.item,
      )
      const written = (item: string, started: boolean) =>
        lines.filter((line) => line.startsWith(`${item}: `) && (line === `${item}: started`) === started)
          .length
      const expected = [
        ...[...calls].map(([item, all]) => ({ item, what: 'started', started: true, least: all.length })),
        ...[...ends].map(([item, all]) => ({ item, what: 'ended', started: false, least: all.length })),
      ]
      for (const { item, what, started, least } of expected) {
        const found = written(item, started)
        if (found >= least) continue
        violations.push({
          invariant: 'every line that was written is in the log',
          detail: `${item} ${what} ${least} times, the log has ${found} lines of it`,
          place: lostUpdate(executed, 'log'),
        })
      }
    }
    return violations
  },
}
