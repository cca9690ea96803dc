import type { Fault } from '../../../mocks/index.ts'
import { type Draw, drawWorker, smallWorkload } from '../draw.ts'
import type { ExecutedSchedule } from '../run-schedule.ts'
import type { Hazard, Violation } from './hazard.ts'
import { itemsOf } from './items.ts'
import { lastPlace } from './places.ts'

/** A storm, the longest wait that one of its refusals can ask for, and then the work at its slowest, ms. */
const HELD_UP_MS = 150_000

/**
 * H9: refusals that pass use up the retries of a call, and a run fails that could have finished; or requests
 * are sent before the time that Retry-After named is over. Every storm ends within 30 s.
 */
export const exhaustedRetries: Hazard = {
  id: 'H9',
  title: '429s or 529s exhaust retries, or Retry-After is not obeyed',
  removedBy: ['rateGovernor'],
  promisedFrom: 3,
  off: (flags) => ({ ...flags, rateGovernor: false }),
  draw(draw) {
    const processes = draw.chance('processes', 0.3) ? 2 : 1
    const actors = Array.from({ length: processes }, (_, index) =>
      drawWorker(draw, index, 40, { runs: [index], changes: [] }),
    )
    const workload = smallWorkload({
      runs: processes,
      uploads: draw.int('uploads', 1, 2),
      sharedGovernor: processes > 1,
    })
    return { workload, actors, apiFaults: drawStorms(draw) }
  },
  check(executed) {
    const { plan } = executed
    const failed = executed.final.flatMap((state): Violation[] => {
      const item = itemsOf(state, plan.workload).find(({ status }) => status === 'FAILED')
      if (!item) return []
      return [
        {
          invariant: 'what passes does not fail an item',
          detail: `${item.label}: ${item.error}`,
          place: lastPlace(executed.trace, ({ text }) => /answers (429|529)/.test(text)),
        },
      ]
    })
    return [...failed, ...tooEarly(executed), ...heldUp(executed)]
  },
}

/** Invocations that stand still after the storm: something waits for what will not come. */
function heldUp(executed: ExecutedSchedule): Violation[] {
  const slow = executed.invocations.find(({ fromMs, toMs }) => toMs - fromMs > HELD_UP_MS)
  if (!slow) return []
  return [
    {
      invariant: 'what has passed holds nothing up',
      detail: `an invocation took ${Math.round(slow.toMs - slow.fromMs)} ms (${slow.outcome})`,
      place: lastPlace(executed.trace, ({ text }) => /answers (429|529)/.test(text)),
    },
  ]
}

function drawStorms(draw: Draw): Fault[] {
  const storm = (about: string, status: 429 | 529): Fault => {
    const fromMs = draw.log(`${about}:from`, 1, 4_000)
    const untilMs = fromMs + draw.log(`${about}:length`, 1_000, 20_000)
    const after = status === 429 ? { retryAfterSeconds: draw.int(`${about}:after`, 1, 6) } : {}
    return { status, fromMs, untilMs, ...after }
  }
  const kind = draw.pick('storm', ['429', '429', '529', 'both'] as const)
  return [
    ...(kind === '529' ? [] : [storm('storm:429', 429)]),
    ...(kind === '429' ? [] : [storm('storm:529', 529)]),
  ]
}

/** Requests of a process that were begun after its 429 had come, and before its Retry-After was over. */
function tooEarly(executed: ExecutedSchedule): Violation[] {
  const { plan, events } = executed
  const fault = plan.apiFaults.find((one) => 'status' in one && one.status === 429)
  const afterMs = fault && 'retryAfterSeconds' in fault ? (fault.retryAfterSeconds ?? 0) * 1_000 : 0
  if (afterMs === 0) return []
  const attempts = events.flatMap(({ actor, place, event }) =>
    event.type === 'attempt-ended' ? [{ actor, place, event }] : [],
  )
  for (const refused of attempts.filter(({ event }) => event.status === 429)) {
    // What is known of a refusal is stored first where it is shared: two round trips, and more for lost races.
    const slack = plan.workload.sharedGovernor ? 12 * (plan.actors[refused.actor]?.statementMs ?? 0) : 1
    const early = attempts.find(
      ({ actor, event }) =>
        actor === refused.actor &&
        event.startedAt > refused.event.at + slack &&
        event.startedAt < refused.event.at + afterMs,
    )
    if (!early) continue
    return [
      {
        invariant: 'Retry-After is obeyed',
        detail: `a request was sent ${Math.round(early.event.startedAt - refused.event.at)} ms after a 429 that asked for ${afterMs} ms`,
        place: early.place,
      },
    ]
  }
  return []
}
