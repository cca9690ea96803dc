import {
  type Draw,
  drawApiFaults,
  drawConflicts,
  drawLongWorker,
  drawSkew,
  drawWorker,
  SHORT_LEASE_MS,
  smallWorkload,
} from '../draw.ts'
import type { DrawnPlan, Hazard, Violation } from './hazard.ts'
import { eventsOf } from './items.ts'
import { statementBefore } from './places.ts'

/**
 * H1: two processes enter RUNNING. Nothing in its schedules lets the lease of a living process run out: a
 * takeover from one is never right. In a part of them the holder dies, and two others wait to take over.
 */
export const twoHolders: Hazard = {
  id: 'H1',
  title: 'two processes enter RUNNING',
  removedBy: ['optimisticLocking'],
  promisedFrom: 2,
  off: (flags) => ({ ...flags, optimisticLocking: false }),
  draw(draw) {
    const long = draw.chance('long', 0.25)
    const actors = Array.from({ length: draw.chance('third', 0.25) ? 3 : 2 }, (_, index) =>
      drawWorker(draw, index, 30, {
        ...drawSkew(draw, index, 30),
        databaseFaults: drawConflicts(draw, index, 30),
        ...(long ? drawLongWorker(draw, index) : {}),
      }),
    )
    if (!long && draw.chance('takeover', 0.25)) return takeover(draw)
    const workload = smallWorkload(long ? { leaseMs: SHORT_LEASE_MS } : {})
    return { workload, actors, apiFaults: drawApiFaults(draw, 3) }
  },
  check(executed) {
    const violations: Violation[] = []
    for (const [run, { run: row }] of executed.final.entries()) {
      const started = eventsOf(executed, row.id, 'phase-started')
      const first = started.filter(
        (entry, index) =>
          started.findIndex(({ event }) => event.invocation === entry.event.invocation) === index,
      )
      for (const entry of first) {
        const other = first.find((earlier) => {
          const held = executed.invocations.find(
            (invocation) =>
              invocation.actor === earlier.actor &&
              invocation.run === run &&
              invocation.fromMs <= earlier.atMs &&
              invocation.toMs >= earlier.atMs,
          )
          return (
            earlier.place < entry.place && earlier.actor !== entry.actor && held && held.toMs > entry.atMs
          )
        })
        if (!other) continue
        violations.push({
          invariant: 'one invocation holds a run at a time',
          detail: `actor ${entry.actor + 1} entered the run while actor ${other.actor + 1} held it`,
          place: statementBefore(executed, entry, 'UPDATE Run'),
        })
      }
    }
    return violations
  },
}

/** Two look for the run again and again, at about the same speed, until the lease of the dead holder is over. */
function takeover(draw: Draw): DrawnPlan {
  const actors = [0, 1, 2].map((index) =>
    drawWorker(draw, index, 30, {
      statementMs: draw.log(`actor:${index}:takeover:statement`, 20, 150),
      callMs: draw.log(`actor:${index}:takeover:call`, 20, 1_000),
      changes: [],
      ...(index === 0
        ? { startMs: 0, diesAt: draw.int('takeover:at', 3, 12) }
        : { startMs: draw.int(`actor:${index}:takeover:start`, 100, 400), invocations: 20, pauseMs: 200 }),
    }),
  )
  return { workload: smallWorkload({ leaseMs: SHORT_LEASE_MS }), actors, apiFaults: [] }
}
