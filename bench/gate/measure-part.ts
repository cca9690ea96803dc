import type { ScenarioResult } from '../../reports/index.ts'
import type { Scenario } from '../../scenarios/index.ts'
import {
  type BenchProgress,
  generateDocuments,
  MODE_NAMES,
  modeOfTier,
  runBench,
  UsageError,
} from '../run/index.ts'
import type { ProbeName } from './exact-metrics.ts'
import { brokenPart, type Part, type PartOutcome, type PartServer } from './part.ts'
import { probeQueryPlans } from './query-plan-probe.ts'
import { probeSchedules } from './verify-probe.ts'

/** The seed of the gate: any would do, as long as it is the same one. */
export const SEED = 1

const PROBES = { verify: probeSchedules, 'query-plans': probeQueryPlans } as const satisfies Record<
  ProbeName,
  unknown
>

/**
 * Runs a scenario in all modes on the virtual clock, or a probe. What it breaks off with is said of it alone.
 * @throws UsageError, and the signal's reason
 */
export async function measurePart(
  server: PartServer,
  part: Part,
  progress: BenchProgress,
  signal: AbortSignal,
): Promise<PartOutcome> {
  let running: { readonly of: Scenario; readonly what: string } | undefined
  const told: BenchProgress = {
    started(of, what) {
      running = { of, what }
      progress.started(of, what)
    },
    ended(of, what, times) {
      running = undefined
      progress.ended(of, what, times)
    },
  }
  try {
    if ('probe' in part) {
      return { probe: part.probe, probed: await PROBES[part.probe](server, SEED, signal) }
    }
    return { result: await runScenario(server, part.scenario, told, signal) }
  } catch (error) {
    if (signal.aborted || error instanceof UsageError) throw error
    if (running) progress.brokeOff?.(running.of, running.what)
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n')
    return brokenPart(part, running?.what, reason ?? '')
  }
}

async function runScenario(
  server: PartServer,
  scenario: Scenario,
  progress: BenchProgress,
  signal: AbortSignal,
): Promise<ScenarioResult> {
  const bench = {
    scenarios: [scenario],
    modes: MODE_NAMES.map((_, tier) => modeOfTier(tier as 0 | 1 | 2 | 3)),
    variants: false,
    // What a warm-up is for is real time, which is no exact metric.
    warmUp: false,
    seed: SEED,
    clock: 'virtual',
    repetitions: 1,
    allowUnsafe: false,
    documentsFor: () => generateDocuments(scenario, SEED),
  } as const
  const [result] = await runBench(bench, server, progress, signal)
  if (!result) throw new Error(`expected a result of ${scenario.name}, got none`)
  return result
}
