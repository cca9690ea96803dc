import type { FlagName, Flags, Tier } from '../../../engine/index.ts'
import type { Draw } from '../draw.ts'
import type { HazardId, SchedulePlan } from '../plan.ts'
import type { ExecutedSchedule } from '../run-schedule.ts'
import type { RunState } from '../run-state.ts'

/** An invariant that did not hold. */
export interface Violation {
  /** Which invariant: a name that is the same in all schedules. */
  readonly invariant: string
  /** What was expected and what was found. */
  readonly detail: string
  /** Index into the trace: where it goes wrong; null where no single place can be named. */
  readonly place: number | null
}

/** What a schedule of a hazard is made of; flags and seed come on top. */
export type DrawnPlan = Pick<SchedulePlan, 'workload' | 'actors' | 'apiFaults'>

/** One way to be wrong: the workload that provokes it, and the invariants that see it. */
export interface Hazard {
  readonly id: HazardId
  readonly title: string
  /** The flags that remove it. */
  readonly removedBy: readonly FlagName[]
  /** The lowest tier that promises it away. */
  readonly promisedFrom: Tier
  /** These flags without what removes the hazard. */
  readonly off: (flags: Flags) => Flags
  /** Draws a schedule; the same for both sides, so that they differ in the flags alone. */
  readonly draw: (draw: Draw, tier: Tier) => DrawnPlan
  /** What of a schedule the tier promises to stand, where that is less than what was drawn. */
  readonly within?: (plan: DrawnPlan, tier: Tier) => DrawnPlan
  /** @param reference What the sequential engine leaves of the same workload: for hazards that ask for it. */
  readonly check: (executed: ExecutedSchedule, reference: readonly RunState[]) => Violation[]
  /** @default false */
  readonly needsReference?: boolean
}
