import type { Scenario } from '../../scenarios/index.ts'
import { type DatabaseServer, startDatabaseServer } from '../environment/index.ts'
import {
  type BenchProgress,
  generateDocuments,
  MODE_NAMES,
  modeOfTier,
  readGit,
  runBench,
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

/** Runs scenarios in all modes on the virtual clock, then the probes, and reads what the gate compares. */
export async function measure(
  plan: MeasurePlan,
  progress: BenchProgress,
  databaseUrl: string | undefined,
  signal: AbortSignal,
): Promise<Baseline> {
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
): Promise<Baseline> {
  const bench = {
    scenarios,
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
  const results = scenarios.length > 0 ? await runBench(bench, server, progress, signal) : []
  const probed: Record<string, Baseline['probes'][string]> = {}
  for (const name of probes) probed[name] = await PROBES[name](server, SEED, signal)
  return baselineOf(results, {
    seed: SEED,
    git: await readGit(),
    models: await readModelVersions(),
    probes: probed,
  })
}
