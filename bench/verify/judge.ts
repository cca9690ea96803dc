import { type Engine, TIER_FLAGS } from '../../engine/index.ts'
import { hazardOf, type Violation } from './hazards/index.ts'
import { type SchedulePlan, UNDISTURBED, type Workload } from './plan.ts'
import { type ExecutedSchedule, runSchedule } from './run-schedule.ts'
import type { RunState } from './run-state.ts'
import type { VerifyWorld } from './world.ts'

/** The invariant of every hazard's schedules: it says that something is wrong, and not which hazard is there. */
export const UNEXPECTED_ERROR = 'an invocation fails only where its connection was lost'

/** A schedule that was carried out, and what was wrong with it. */
export interface Judged {
  readonly executed: ExecutedSchedule
  readonly violations: readonly Violation[]
}

/** Carries out schedules and checks them; keeps the sequential outputs that it compares with. */
export class Judge {
  readonly #references = new Map<string, readonly RunState[]>()

  constructor(
    readonly world: VerifyWorld,
    /** Puts something else in an engine's place. @default the engine as it is */
    readonly wrapEngine?: (engine: Engine) => Engine,
  ) {}

  async judge(plan: SchedulePlan): Promise<Judged> {
    const hazard = hazardOf(plan.hazard)
    const reference = hazard.needsReference ? await this.#reference(plan.workload) : []
    const executed = await runSchedule(this.world, plan, this.wrapEngine)
    return { executed, violations: [...hazard.check(executed, reference), ...unexpectedErrors(executed)] }
  }

  async #reference(workload: Workload): Promise<readonly RunState[]> {
    const key = JSON.stringify(workload)
    const known = this.#references.get(key)
    if (known) return known
    const plan = { hazard: 'H10', seed: 0, flags: TIER_FLAGS[0], apiFaults: [] } as const
    const unbounded = { ...workload, budgetMs: 300_000 }
    const { final } = await runSchedule(this.world, { ...plan, workload: unbounded, actors: [UNDISTURBED] })
    this.#references.set(key, final)
    return final
  }
}

/**
 * With compare-and-swap an invocation has no reason to fail but a lost connection. Without it, errors are what
 * the hazards look like from inside, and the hazards' own invariants speak of them.
 */
function unexpectedErrors({ plan, invocations, trace }: ExecutedSchedule): Violation[] {
  if (!plan.flags.optimisticLocking || !plan.flags.transactions) return []
  return invocations.flatMap(({ actor, outcome, error }) => {
    const broken = plan.actors[actor]?.databaseFaults.some(
      ({ kind }) => kind === 'connection-lost' || kind === 'answer-lost',
    )
    if (outcome !== 'error' || broken) return []
    const place = trace.findIndex(({ actor: by, text }) => by === actor && text === 'process-next: error')
    return [
      {
        invariant: UNEXPECTED_ERROR,
        detail: `one of actor ${actor + 1} failed: ${error?.split('\n').at(-1)}`,
        place: place < 0 ? null : place,
      },
    ]
  })
}
