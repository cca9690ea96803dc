import { type Draw, drawWorker, smallWorkload } from '../draw.ts'
import type { ActorPlan } from '../plan.ts'
import type { DrawnPlan, Hazard, Violation } from './hazard.ts'
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
    const end = draw.pick('end', [
      'killed',
      'killed',
      'stalled',
      'budget',
      'budget',
      'phase',
      'phase',
      'held',
    ] as const)
    if (end === 'phase') return killedBetweenPhases(draw)
    if (end === 'held') return standsStillWithLocks(draw)
    if (end === 'budget') return usedUpBudget(draw)
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
      } else if (state.run.totalItems !== items.length) {
        violations.push({
          invariant: 'no work is doubled',
          detail: `the run counts ${state.run.totalItems} items in all, and has ${items.length}`,
          place,
        })
      }
    }
    return violations
  },
}

/** A process dies in the change of phase after three uploads: about where the epics are planned. */
function killedBetweenPhases(draw: Draw): DrawnPlan {
  const first = drawWorker(draw, 0, 40, {
    startMs: 0,
    statementMs: draw.log('phase:statement', 1, 12),
    callMs: draw.log('phase:call', 20, 600),
    changes: [],
    diesAt: draw.int('phase:dies', 34, 40),
  })
  return { workload: smallWorkload({ uploads: 3 }), actors: [first], apiFaults: [] }
}

/**
 * A process stands still where an item ends or the phase changes, most often inside the transaction, and for
 * longer than its lease and the budget of another, which takes the run over and needs the same rows.
 */
function standsStillWithLocks(draw: Draw): DrawnPlan {
  const budgetMs = draw.log('held:budget', 3_000, 9_000)
  const workload = smallWorkload({ budgetMs, leaseMs: 6_000 })
  const worker = (index: number, over: Partial<ActorPlan>) =>
    drawWorker(draw, index, 40, {
      startMs: 0,
      statementMs: draw.log(`held:statement:${index}`, 1, 8),
      callMs: draw.log(`held:call:${index}`, 20, 600),
      changes: [],
      ...over,
    })
  const stallMs = workload.leaseMs + Math.round(budgetMs * (1.2 + draw.number('held:ms')))
  const first = worker(0, { stall: { at: draw.int('held:at', 8, 23), ms: stallMs } })
  const second = worker(1, {
    startMs: draw.log('held:second', 10, 6_000),
    invocations: 12,
    pauseMs: 1_500,
    join: draw.chance('held:join', 0.5),
  })
  return { workload, actors: [first, second], apiFaults: [] }
}

/**
 * Calls become slow in the middle of an invocation, or are told to wait: its budget ends while something is
 * under way. None takes so much of a budget that its item would fail, by design.
 */
function usedUpBudget(draw: Draw): DrawnPlan {
  const budgetMs = draw.log('used-up:budget', 3_000, 9_000)
  const share = (what: string, least: number, most: number) =>
    Math.round(budgetMs * (least + (most - least) * draw.number(`used-up:${what}`)))
  const statementMs = draw.log('used-up:statement', 1, 8)
  const worker = (index: number) =>
    drawWorker(draw, index, 40, {
      startMs: index === 0 ? 0 : share('second', 0, 2),
      statementMs,
      callMs: share(`call:${index}`, 0.05, 0.25),
      changes: [
        {
          at: draw.int(`used-up:slow:${index}`, 6, 30),
          statementMs,
          callMs: share(`slow:${index}`, 0.4, 0.6),
        },
      ],
      invocations: 8,
      pauseMs: 1_000,
      join: true,
    })
  const nthRequest = draw.int('used-up:refused', 1, 5)
  const retryAfterSeconds = draw.int('used-up:retry-after', 1, Math.ceil(budgetMs / 1_000))
  return {
    workload: smallWorkload({ uploads: draw.int('used-up:uploads', 2, 3), budgetMs, leaseMs: 6_000 }),
    actors: draw.chance('used-up:two', 0.3) ? [worker(0), worker(1)] : [worker(0)],
    apiFaults: draw.chance('used-up:429', 0.4) ? [{ status: 429, nthRequest, retryAfterSeconds }] : [],
  }
}
