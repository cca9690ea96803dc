import type { ScenarioResult } from '../../reports/index.ts'
import type { Scenario } from '../../scenarios/index.ts'
import { type DatabaseServer, startDatabaseServer } from '../environment/index.ts'
import {
  type BenchProgress,
  generateDocuments,
  MODE_NAMES,
  modeOfTier,
  readGit,
  runBench,
  UsageError,
} from '../run/index.ts'
import { type Baseline, baselineOf } from './baseline.ts'
import type { ProbeName } from './exact-metrics.ts'
import { readModelVersions } from './model-versions.ts'
import { probeQueryPlans } from './query-plan-probe.ts'
import { probeSchedules } from './verify-probe.ts'

/** The seed of the gate: any would do, as long as it is the same one. */
const SEED = 1

const PROBES = { verify: probeSchedules, 'query-plans': probeQueryPlans } as const satisfies Record<
  ProbeName,
  unknown
>

export interface MeasurePlan {
  readonly scenarios: readonly Scenario[]
  readonly probes: readonly ProbeName[]
}

/** What was measured, and what could not be. */
export interface Measured {
  readonly figures: Baseline
  /** Scenarios and probes that broke off, each with the run that did and why. */
  readonly broken: Readonly<Record<string, string>>
}

/** Runs scenarios in all modes on the virtual clock, then the probes, and reads what the gate compares. */
export async function measure(
  plan: MeasurePlan,
  progress: BenchProgress,
  databaseUrl: string | undefined,
  signal: AbortSignal,
): Promise<Measured> {
  const server = await startDatabaseServer({ databaseUrl, signal })
  try {
    return await measureOn(server, plan, progress, signal)
  } finally {
    await server.close()
  }
}

/** As {@link measure}, on a server that is there. */
export async function measureOn(
  server: DatabaseServer,
  { scenarios, probes }: MeasurePlan,
  progress: BenchProgress,
  signal: AbortSignal,
): Promise<Measured> {
  const bench = {
    modes: MODE_NAMES.map((_, tier) => modeOfTier(tier as 0 | 1 | 2 | 3)),
    variants: false,
    // What a warm-up is for is real time, which is no exact metric.
    warmUp: false,
    seed: SEED,
    clock: 'virtual',
    repetitions: 1,
    allowUnsafe: false,
    documentsFor: (scenario: Scenario) => generateDocuments(scenario, SEED),
  } as const
  const broken: Record<string, string> = {}
  /** What a scenario or probe breaks off with is said of it alone: the others are measured all the same. */
  const measured = async <T>(name: string, what: () => string | undefined, work: () => Promise<T>) => {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted || error instanceof UsageError) throw error
      const [reason] = (error instanceof Error ? error.message : String(error)).split('\n')
      broken[name] = [what(), `it broke off: ${reason}`].filter(Boolean).join(': ')
      return undefined
    }
  }
  const results: ScenarioResult[] = []
  for (const scenario of scenarios) {
    let running: string | undefined
    const told: BenchProgress = {
      started(of, what) {
        running = what
        progress.started(of, what)
      },
      ended(of, what, times) {
        running = undefined
        progress.ended(of, what, times)
      },
    }
    const one = await measured(
      scenario.name,
      () => running,
      () => runBench({ ...bench, scenarios: [scenario] }, server, told, signal),
    )
    results.push(...(one ?? []))
  }
  const probed: Record<string, Baseline['probes'][string]> = {}
  for (const name of probes) {
    const one = await measured(
      name,
      () => undefined,
      () => PROBES[name](server, SEED, signal),
    )
    if (one) probed[name] = one
  }
  const figures = baselineOf(results, {
    seed: SEED,
    git: await readGit(),
    models: await readModelVersions(),
    probes: probed,
  })
  return { figures, broken }
}

/** @throws Error where something broke off: its figures would be missing. */
export function whole({ figures, broken }: Measured): Baseline {
  const [first] = Object.entries(broken)
  if (first) throw new Error(`${first[0]}: ${first[1]}`)
  return figures
}
