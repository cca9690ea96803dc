import type { Scenario } from '../../scenarios/index.ts'
import { startDatabaseServer } from '../environment/index.ts'
import {
  type BenchProgress,
  generateDocuments,
  MODE_NAMES,
  modeOfTier,
  readGit,
  runBench,
} from '../run/index.ts'
import { type Baseline, baselineOf } from './baseline.ts'
import { readModelVersions } from './model-versions.ts'

/** The seed of the gate: any would do, as long as it is the same one. */
const SEED = 1

/** Runs scenarios in all modes on the virtual clock, and reads what the gate compares. */
export async function measure(
  scenarios: readonly Scenario[],
  progress: BenchProgress,
  databaseUrl: string | undefined,
  signal: AbortSignal,
): Promise<Baseline> {
  const server = await startDatabaseServer({ databaseUrl, signal })
  try {
    const plan = {
      scenarios,
      modes: MODE_NAMES.map((_, tier) => modeOfTier(tier as 0 | 1 | 2 | 3)),
      variants: false,
      seed: SEED,
      clock: 'virtual',
      repetitions: 1,
      allowUnsafe: false,
      documentsFor: (scenario: Scenario) => generateDocuments(scenario, SEED),
    } as const
    const results = await runBench(plan, server, progress, signal)
    return baselineOf(results, { seed: SEED, git: await readGit(), models: await readModelVersions() })
  } finally {
    await server.close()
  }
}
