import {
  drawApiFaults,
  drawConflicts,
  drawLongWorker,
  drawSkew,
  drawWorker,
  PATIENT,
  SHORT_LEASE_MS,
  smallWorkload,
} from '../draw.ts'
import type { Hazard, Violation } from './hazard.ts'
import { eventsOf, groupBy, itemsOf } from './items.ts'
import { statementBefore } from './places.ts'

const TABLES = { 'card-analysis': 'Upload', 'story-generation': 'RunEpic', 'subtask-generation': 'RunStory' }

/**
 * H5: an upload, epic or story is processed twice. In a part of the schedules a worker stands still for longer
 * than its lease and then goes on: another has taken over by right, and then only the results must be single.
 */
export const processedTwice: Hazard = {
  id: 'H5',
  title: 'an epic or upload is processed twice',
  removedBy: ['optimisticLocking'],
  promisedFrom: 2,
  off: (flags) => ({ ...flags, optimisticLocking: false }),
  draw(draw, tier) {
    const kind = draw.pick('kind', ['plain', 'plain', 'stalls', 'stalls', 'long'] as const)
    const stalls = kind === 'stalls'
    // Between its call and the end of its first item: what it writes then comes too late.
    const late = draw.chance('late', 0.6)
    const workload = smallWorkload({
      uploads: draw.int('uploads', 1, 2),
      ...(kind === 'long' ? { leaseMs: SHORT_LEASE_MS } : {}),
    })
    const actors = Array.from({ length: draw.chance('third', 0.2) ? 3 : 2 }, (_, index) =>
      drawWorker(draw, index, 40, {
        join: true,
        invocations: 3,
        ...drawSkew(draw, index, 40),
        databaseFaults: drawConflicts(draw, index, 40),
        ...(stalls ? PATIENT : {}),
        // Who takes over is at work for long enough that the other can come back in the middle.
        ...(stalls && index > 0
          ? { callMs: draw.log(`actor:${index}:stalls:call`, 300, 6_000), changes: [] }
          : {}),
        ...(kind === 'long' ? drawLongWorker(draw, index) : {}),
        ...(stalls && index === 0
          ? {
              stall: {
                at: late ? draw.int('stall', 5, 8) + (tier < 3 ? 0 : 1) : draw.int('stall', 2, 30),
                ms: Math.round(workload.leaseMs * (1.2 + draw.number('stall:ms'))),
              },
            }
          : {}),
      }),
    )
    return { workload, actors, apiFaults: drawApiFaults(draw, 6) }
  },
  check(executed) {
    const { plan } = executed
    const stalls = plan.actors.some(({ stall }) => stall !== null)
    const violations: Violation[] = []
    for (const state of executed.final) {
      const claims = eventsOf(executed, state.run.id, 'item-claimed')
      const of = (list: readonly { readonly event: { readonly item: string } }[], item: string) =>
        list.filter(({ event }) => event.item === item).length
      const calls = eventsOf(executed, state.run.id, 'call-started')
      const completed = eventsOf(executed, state.run.id, 'item-ended').filter(
        ({ event }) => event.outcome === 'completed' || event.outcome === 'failed',
      )
      const byItem = groupBy(claims, ({ event }) => event.item)
      for (const { label, rows, expected } of itemsOf(state, plan.workload)) {
        const second = byItem.get(label)?.[1]
        const place = second
          ? statementBefore(executed, second, `UPDATE ${TABLES[second.event.phase]}`)
          : null
        const found = (what: string, detail: string) =>
          violations.push({ invariant: what, detail: `${label}: ${detail}`, place })
        if (rows > expected) found('an item has the results of one answer', `${rows} rows of ${expected}`)
        else if (of(completed, label) > 1)
          found('an item ends once', `it ended ${of(completed, label)} times`)
        else if (!stalls && of(calls, label) > 1)
          found('an item that is held is not called for again', `${of(calls, label)} calls`)
      }
    }
    return violations
  },
}
