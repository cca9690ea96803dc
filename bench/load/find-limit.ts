import type { Knee, KneePoint, Load } from '../../reports/index.ts'
import { formatDuration } from '../../reports/index.ts'
import { constantStage } from './arrivals/index.ts'
import { ENDED } from './check-invariants.ts'
import type { LoadMode, LoadPlan } from './load-plan.ts'

/** Of the runs offered, so many may be dropped, fail or come to no end. */
const MOST_NOT_COMPLETED = 0.01
/** Fewer runs say nothing of a 95th percentile. */
const LEAST_RUNS = 20
/**
 * A load must last so many objectives: what is too much by a fifth is late by one objective only then, and a
 * shorter load would call it sustained.
 */
const LEAST_OBJECTIVES = 5
/** Twice as fast each time, or half: so the limit may lie this far from where the search begins. */
const MOST_STEPS = 10
/** The limit is known as well as this: the rate that broke is at most so many times the one that held. */
const CLOSE_ENOUGH = 1.1

/** A plan of a search: at one rate, with an objective. */
export type SearchPlan = LoadPlan & {
  readonly arrivals: Extract<LoadPlan['arrivals'], { kind: 'open' }>
  readonly objectiveMs: number
}

/**
 * Searches for the highest rate at which the objective holds: doubles it until it breaks (or halves it until it
 * holds), and then goes to the middle between the two. Each rate is a load of its own, on a new database.
 * @param load Does one load.
 * @returns the curve, and the load at the knee, or at the lowest rate where none held
 */
export async function findLimit(
  plan: SearchPlan,
  mode: LoadMode,
  load: (plan: LoadPlan) => Promise<Load>,
): Promise<{ readonly knee: Knee; readonly load: Load }> {
  const tried = new Map<number, { readonly point: KneePoint; readonly load: Load }>()
  const holds = async (rate: number): Promise<boolean> => {
    const done = await load(planAt(plan, rate))
    const point = pointOf(done, rate, plan.objectiveMs)
    tried.set(rate, { point, load: done })
    return point.held
  }
  const { held, broken } = await search(plan.arrivals.stages[0]?.fromPerSecond ?? 0, holds)
  const points = [...tried.values()].map(({ point }) => point).sort((a, b) => a.perSecond - b.perSecond)
  const shown = held ?? points[0]?.perSecond ?? 0
  return {
    knee: {
      mode: mode.name,
      tier: mode.tier,
      flags: mode.flags ?? null,
      criterion: `p95 of runs at most ${formatDuration(plan.objectiveMs)}, at most ${MOST_NOT_COMPLETED * 100} % of those offered not completed`,
      points,
      state: held === undefined ? 'below' : broken === undefined ? 'above' : 'found',
      kneePerSecond: held ?? null,
      brokenPerSecond: broken ?? null,
    },
    load: (tried.get(shown) as { load: Load }).load,
  }
}

/**
 * The search by itself.
 * @returns the highest rate that held and the lowest above it that did not, as far as there are such
 */
export async function search(
  first: number,
  holds: (rate: number) => Promise<boolean>,
): Promise<{ readonly held: number | undefined; readonly broken: number | undefined }> {
  let held: number | undefined
  let broken: number | undefined
  let rate = first
  for (let step = 0; step <= MOST_STEPS && (held === undefined || broken === undefined); step++) {
    if (await holds(rate)) {
      held = rate
      rate *= 2
    } else {
      broken = rate
      rate /= 2
    }
  }
  while (held !== undefined && broken !== undefined && broken / held > CLOSE_ENOUGH) {
    const middle = Math.sqrt(held * broken)
    if (await holds(middle)) held = middle
    else broken = middle
  }
  return { held, broken }
}

function planAt(plan: SearchPlan, perSecond: number): LoadPlan {
  const durationMs = Math.max(
    plan.arrivals.stages[0]?.durationMs ?? 0,
    (LEAST_RUNS / perSecond) * 1_000,
    LEAST_OBJECTIVES * plan.objectiveMs,
  )
  return {
    ...plan,
    arrivals: { ...plan.arrivals, stages: [constantStage(perSecond, durationMs)] },
    // Who has not ended by then has missed the objective: there is nothing more to wait for.
    drainMs: Math.min(plan.drainMs, plan.objectiveMs),
  }
}

/**
 * What a load says of its rate. Runs that were given up for want of time are counted as not completed, and not
 * as a broken invariant besides.
 */
export function pointOf(load: Load, perSecond: number, objectiveMs: number): KneePoint {
  const { runs, completion, goodput, throughput, calls, invariants, warnings } = load
  const errorShare = runs.offered > 0 ? (runs.offered - runs.completed) / runs.offered : 1
  const late = completion === null || completion.p95Ms > objectiveMs
  const broken = invariants.find(
    ({ state, name }) => state === 'broken' && (name !== ENDED || runs.unfinished === 0),
  )
  const reasons = [
    ...(late
      ? [`p95 of runs was ${completion ? formatDuration(completion.p95Ms) : 'not there: none completed'}`]
      : []),
    ...(errorShare > MOST_NOT_COMPLETED
      ? [`${runs.offered - runs.completed} of ${runs.offered} runs were not completed`]
      : []),
    ...(broken ? [`an invariant broke: ${broken.name}`] : []),
  ]
  return {
    perSecond,
    held: reasons.length === 0,
    reason: reasons.join('; '),
    runs,
    p50Ms: completion?.p50Ms ?? null,
    p95Ms: completion?.p95Ms ?? null,
    p99Ms: completion?.p99Ms ?? null,
    throughputPerSecond: throughput.runsPerSecond,
    goodputPerSecond: goodput?.perSecond ?? 0,
    errorShare,
    rateLimited: calls?.rateLimited ?? null,
    warnings: [...warnings],
  }
}
