import type { ScenarioResult } from '../../reports/index.ts'
import type { Scenario } from '../../scenarios/index.ts'
import type { DatabaseServer, DatabaseSource } from '../environment/index.ts'
import type { Baseline } from './baseline.ts'
import type { ProbeName } from './exact-metrics.ts'

export interface MeasurePlan {
  readonly scenarios: readonly Scenario[]
  readonly probes: readonly ProbeName[]
}

/** What is measured by itself: a scenario in all modes, or a probe. */
export type Part = { readonly scenario: Scenario } | { readonly probe: ProbeName }

/** What measuring a part has given. */
export type PartOutcome =
  | { readonly result: ScenarioResult }
  | { readonly probe: ProbeName; readonly probed: Baseline['probes'][string] }
  /** The scenario or probe that broke off, with the run that did and why. */
  | { readonly broken: string; readonly reason: string }

/** What a part needs of a server. */
export type PartServer = DatabaseSource & Pick<DatabaseServer, 'version'>

/**
 * The outcome of a part that broke off.
 * @param run The run that was under way; undefined where none was.
 */
export function brokenPart(part: Part, run: string | undefined, why: string): PartOutcome {
  return {
    broken: 'probe' in part ? part.probe : part.scenario.name,
    reason: [run, `it broke off: ${why}`].filter(Boolean).join(': '),
  }
}
