import type { FunctionCosts } from '../sampler/protocol.ts'
import type { CostComparison } from './compare-costs.ts'
import type { CostPlace } from './judge.ts'
import type { StatisticalMetricName } from './metrics.ts'

/** What a profile says of a metric. Statements are measured by themselves: their name is the place. */
const COST_OF: Partial<Record<StatisticalMetricName, Exclude<keyof FunctionCosts, 'place'>>> = {
  cpu: 'cpuMs',
  wall: 'cpuMs',
  allocated: 'allocatedBytes',
  peak: 'allocatedBytes',
  retained: 'retainedBytes',
}
const MOST_PLACES = 3
/** Of what rose most: who rose by less than this share of it is not named. */
const LEAST_SHARE = 0.2

/** Profiles of base and head. */
export interface ProfilePair {
  readonly base: readonly FunctionCosts[]
  readonly head: readonly FunctionCosts[]
}

/** Names the functions that became dearer, in each metric that is REGRESSED. */
export function withPlaces(costs: CostComparison, profiles: ProfilePair): CostComparison {
  return {
    ...costs,
    verdicts: costs.verdicts.map((one) => {
      const cost = one.verdict === 'REGRESSED' ? COST_OF[one.metric] : undefined
      return cost ? { ...one, places: risen(profiles, cost) } : one
    }),
  }
}

/** Functions by how much more they take by themselves, those that rose most first. */
function risen({ base, head }: ProfilePair, cost: Exclude<keyof FunctionCosts, 'place'>): CostPlace[] {
  const before = new Map(base.map((one) => [one.place, one[cost]]))
  const changes = head
    .map((one) => ({ place: one.place, base: before.get(one.place) ?? 0, head: one[cost] }))
    .sort((one, other) => other.head - other.base - (one.head - one.base))
  const most = changes[0] ? changes[0].head - changes[0].base : 0
  return changes
    .filter(({ base, head }) => head > base && head - base >= LEAST_SHARE * most)
    .slice(0, MOST_PLACES)
}
