import { rateLimited } from './rate-limited.ts'
import { remoteDb } from './remote-db.ts'
import type { Scenario } from './scenario.ts'
import { smoke } from './smoke.ts'
import { typical } from './typical.ts'

export type { Scenario, ScenarioFault, ScenarioLatency, ScenarioLimits } from './scenario.ts'
export { smoke } from './smoke.ts'
export { typical } from './typical.ts'
export { validation } from './validation.ts'

/** All scenarios, in the order in which `--list` shows them. */
export const SCENARIOS: readonly Scenario[] = [typical, rateLimited, remoteDb, smoke]

/** What `npm run bench` runs when no scenario is named. */
export const DEFAULT_SCENARIOS: readonly Scenario[] = [typical, rateLimited, remoteDb]
