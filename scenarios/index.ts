import { continuation } from './continuation.ts'
import { rateLimited } from './rate-limited.ts'
import { remoteDb } from './remote-db.ts'
import type { Scenario } from './scenario.ts'
import { smoke } from './smoke.ts'
import { typical } from './typical.ts'

export type { Scenario, ScenarioFault, ScenarioLatency, ScenarioLimits, ScenarioVariant } from './scenario.ts'
export { smoke } from './smoke.ts'
export { typical } from './typical.ts'
export { validation } from './validation.ts'

/** A scenario with `times` as many documents, and so as many cards, epics, stories and subtasks. */
export function scaled(scenario: Scenario, times: number): Scenario {
  if (times === 1) return scenario
  const { name, title, workload } = scenario
  return {
    ...scenario,
    name: `${name}-x${times}`,
    title: `${title}, ${times} times as large`,
    workload: { ...workload, uploads: workload.uploads * times },
  }
}

/** All scenarios, in the order in which `--list` shows them. */
export const SCENARIOS: readonly Scenario[] = [typical, rateLimited, remoteDb, continuation, smoke]

/** What `npm run bench` runs when no scenario is named. */
export const DEFAULT_SCENARIOS: readonly Scenario[] = [typical, rateLimited, remoteDb, continuation]
