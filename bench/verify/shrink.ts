import type { Judged } from './judge.ts'
import type { ActorPlan, SchedulePlan } from './plan.ts'

/**
 * Makes a failing schedule smaller, as long as the same invariant fails: simpler plans are tried in a fixed
 * order, the first that fails takes its place, and so on until none does or `tries` are used up.
 * @param judge Carries a plan out.
 */
export async function shrink(
  failing: Judged,
  judge: (plan: SchedulePlan) => Promise<Judged>,
  tries: number,
): Promise<Judged> {
  const invariant = failing.violations[0]?.invariant
  const tried = new Set<string>()
  let best = failing
  let left = tries
  for (let smaller = true; smaller && left > 0; ) {
    smaller = false
    for (const plan of simplerPlans(best.executed.plan)) {
      const key = JSON.stringify(plan)
      if (tried.has(key) || left <= 0) continue
      tried.add(key)
      left--
      const judged = await judge(plan).catch(() => undefined)
      const same = judged?.violations.find((violation) => violation.invariant === invariant)
      // A plan with one thing less can make a longer history, as when nobody dies any more: that reads worse.
      if (!judged || !same || judged.executed.trace.length > best.executed.trace.length) continue
      best = { ...judged, violations: [same, ...judged.violations.filter((one) => one !== same)] }
      smaller = true
      break
    }
  }
  return best
}

/** Plans with one thing less, those that leave out most first. */
function* simplerPlans(plan: SchedulePlan): Generator<SchedulePlan> {
  const { actors, workload, apiFaults } = plan
  if (actors.length > 1) {
    for (const index of actors.keys()) yield { ...plan, actors: actors.filter((_, other) => other !== index) }
  }
  if (workload.runs > 1) {
    yield {
      ...plan,
      workload: { ...workload, runs: 1 },
      actors: actors.map((actor) => ({ ...actor, runs: [0] })),
    }
  }
  for (const size of [
    'uploads',
    'cardsPerUpload',
    'cardsPerEpic',
    'storiesPerEpic',
    'subtasksPerStory',
  ] as const) {
    if (workload[size] > 1) yield { ...plan, workload: { ...workload, [size]: workload[size] - 1 } }
  }
  for (const index of apiFaults.keys()) {
    yield { ...plan, apiFaults: apiFaults.filter((_, other) => other !== index) }
  }
  for (const [index, actor] of actors.entries()) {
    for (const simpler of simplerActors(actor)) {
      yield { ...plan, actors: actors.map((one, other) => (other === index ? simpler : one)) }
    }
  }
}

function* simplerActors(actor: ActorPlan): Generator<ActorPlan> {
  const without: readonly Partial<ActorPlan>[] = [
    { changes: [] },
    { databaseFaults: [] },
    { stall: null },
    { diesAt: null },
    { killedAfterMs: null },
    { jump: null },
    { skewMs: 0 },
    { join: false },
    { invocations: 1 },
    { startMs: 0 },
    { statementMs: 10 },
    { callMs: 100 },
    ...actor.changes.map((_, index) => ({ changes: actor.changes.filter((_, other) => other !== index) })),
    ...actor.databaseFaults.map((_, index) => ({
      databaseFaults: actor.databaseFaults.filter((_, other) => other !== index),
    })),
  ]
  for (const change of without) {
    const simpler = { ...actor, ...change }
    if (JSON.stringify(simpler) !== JSON.stringify(actor)) yield simpler
  }
}
