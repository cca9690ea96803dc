import type { HazardId } from '../plan.ts'
import { differentOutput } from './different-output.ts'
import { exhaustedRetries } from './exhausted-retries.ts'
import type { Hazard } from './hazard.ts'
import { lostIncrements } from './lost-increments.ts'
import { lostLogLines } from './lost-log-lines.ts'
import { orphanedClaim } from './orphaned-claim.ts'
import { outlivedBudget } from './outlived-budget.ts'
import { processedTwice } from './processed-twice.ts'
import { staleCount } from './stale-count.ts'
import { tornEnd } from './torn-end.ts'
import { twoHolders } from './two-holders.ts'

export type { DrawnPlan, Hazard, Violation } from './hazard.ts'

/** All hazards, by number. */
export const HAZARDS: readonly Hazard[] = [
  twoHolders,
  lostIncrements,
  lostLogLines,
  staleCount,
  processedTwice,
  tornEnd,
  orphanedClaim,
  outlivedBudget,
  exhaustedRetries,
  differentOutput,
]

export function hazardOf(id: HazardId): Hazard {
  const hazard = HAZARDS.find((one) => one.id === id)
  if (!hazard) throw new Error(`there is no hazard ${id}`)
  return hazard
}
