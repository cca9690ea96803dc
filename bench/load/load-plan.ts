import type { Flags } from '../../engine/index.ts'
import type { Fault } from '../../mocks/index.ts'
import type { LoadArrivals, LoadStage } from '../../reports/index.ts'
import type { Scenario, ScenarioLimits } from '../../scenarios/index.ts'
import type { Arrival } from './arrivals/index.ts'
import type { Threshold } from './thresholds/index.ts'

/** How runs arrive. */
export type ArrivalPlan =
  | { readonly kind: 'closed'; readonly connections: number; readonly durationMs: number }
  | { readonly kind: 'open'; readonly distances: 'even' | 'poisson'; readonly stages: readonly LoadStage[] }
  | {
      readonly kind: 'trace'
      readonly arrivals: readonly Arrival[]
      readonly described: Extract<LoadArrivals, { kind: 'trace' }>
    }

/** What is loaded: the engine's own processes, or somebody else's service. */
export type LoadTarget =
  | {
      readonly kind: 'own'
      readonly engines: number
      /** Processes that take jobs from the queue; 0: the client calls process-next. */
      readonly workers: number
      readonly poolSize: number
    }
  | {
      readonly kind: 'foreign'
      readonly url: string
      /** Of a mock that it asks; undefined where none can be looked at. */
      readonly mockUrl: string | undefined
      /** Of the statistics of a database proxy before it; undefined where there is none. */
      readonly proxyUrl: string | undefined
      /** Who goes on with a run. */
      readonly dispatch: 'process-next' | 'status'
    }

/** A mode that is loaded. `flags` is undefined where the target decides. */
export interface LoadMode {
  readonly name: string
  readonly tier: 0 | 1 | 2 | 3 | null
  readonly flags: Flags | undefined
}

/** A load, checked: all that decides it. Durations are ms of production time. */
export interface LoadPlan {
  readonly scenario: Scenario
  readonly target: LoadTarget
  readonly arrivals: ArrivalPlan
  readonly limits: ScenarioLimits
  /** That the mock injects. */
  readonly faults: readonly Fault[]
  readonly allowUnsafe: boolean
  readonly seed: number
  readonly timeScale: number
  /** Runs under way at once, beyond which arrivals are dropped. */
  readonly maxInFlight: number
  /** Runs that are started at most. */
  readonly mostRuns: number
  readonly objectiveMs: number | null
  /** For how long runs may go on when no more arrive. */
  readonly drainMs: number
  readonly thresholds: readonly Threshold[]
  /** One process is killed in the middle of the arrivals; undefined: none. */
  readonly kill: { readonly restart: boolean } | undefined
}

/** When no more runs arrive, ms of production time. */
export function arrivalsEndMs(arrivals: ArrivalPlan): number {
  switch (arrivals.kind) {
    case 'closed':
      return arrivals.durationMs
    case 'open':
      return arrivals.stages.reduce((sum, { durationMs }) => sum + durationMs, 0)
    case 'trace':
      return arrivals.described.durationMs
    default:
      return arrivals satisfies never
  }
}
