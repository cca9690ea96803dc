import { drawWorker, smallWorkload } from '../draw.ts'
import type { Hazard, Violation } from './hazard.ts'
import { itemsOf } from './items.ts'
import { firstFault } from './places.ts'

/**
 * H8: an invocation outlives its budget, or is killed in the middle, and work is lost or doubled. Statements
 * are short here: what a slow one takes beyond the budget is not the engine's to prevent.
 */
export const outlivedBudget: Hazard = {
  id: 'H8',
  title: 'an invocation outlives its budget or is killed, and work is lost or doubled',
  removedBy: ['optimisticLocking', 'transactions'],
  promisedFrom: 2,
  off: (flags) => ({ ...flags, optimisticLocking: false, transactions: false }),
  draw(draw) {
    const end = draw.pick('end', ['killed', 'killed', 'stalled', 'budget'] as const)
    const budgetMs = draw.log('budget', 4_000, 20_000)
    const workload = smallWorkload({ uploads: draw.int('uploads', 1, 2), budgetMs, leaseMs: 6_000 })
    const speed = (index: number) => ({
      statementMs: draw.log(`actor:${index}:statement`, 1, 12),
      callMs: draw.log(`actor:${index}:call`, 100, 1_500),
      changes: [],
    })
    const own = speed(0)
    const first = drawWorker(draw, 0, 40, {
      ...own,
      startMs: 0,
      invocations: 3,
      // An invocation lasts for about a call, as long as the engine does not know how long calls take.
      killedAfterMs: end === 'killed' ? Math.round(own.callMs * (0.1 + 1.5 * draw.number('killed'))) : null,
      stall:
        end === 'stalled'
          ? {
              at: draw.int('stall', 3, 30),
              ms: Math.round(workload.leaseMs * (1.1 + draw.number('stall:ms'))),
            }
          : null,
    })
    const second = drawWorker(draw, 1, 40, {
      ...speed(1),
      startMs: draw.log('second', 10, 15_000),
      invocations: 8,
      pauseMs: 2_000,
      join: draw.chance('join', 0.5),
    })
    return {
      workload,
      actors: draw.chance('two', 0.6) ? [first, second] : [first],
      apiFaults: [],
    }
  },
  check(executed) {
    const { plan } = executed
    const { budgetMs } = plan.workload
    const place = firstFault(executed)
    const violations: Violation[] = []
    for (const { actor, fromMs, toMs, outcome } of executed.invocations) {
      if (plan.actors[actor]?.stall || toMs - fromMs <= budgetMs) continue
      violations.push({
        invariant: 'no invocation outlives its budget',
        detail: `one of actor ${actor + 1} took ${Math.round(toMs - fromMs)} of ${budgetMs} ms (${outcome})`,
        place,
      })
    }
    for (const state of executed.final) {
      const items = itemsOf(state, plan.workload)
      const expected = plan.workload.uploads * 3
      const wrong = items.find(({ rows, expected }) => rows !== expected)
      if (state.run.status !== 'COMPLETED' || items.length < expected) {
        violations.push({
          invariant: 'no work is lost',
          detail: `the run is ${state.run.status} with ${items.length} of ${expected} items`,
          place,
        })
      } else if (items.length > expected || wrong) {
        violations.push({
          invariant: 'no work is doubled',
          detail: wrong ? `${wrong.label} has ${wrong.rows} rows` : `${items.length} items of ${expected}`,
          place,
        })
      }
    }
    return violations
  },
}
