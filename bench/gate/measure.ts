import type { ScenarioResult } from '../../reports/index.ts'
import { type BenchProgress, readGit } from '../run/index.ts'
import { type Baseline, baselineOf } from './baseline.ts'
import { measurePart, SEED } from './measure-part.ts'
import { readModelVersions } from './model-versions.ts'
import type { MeasurePlan, Part, PartOutcome, PartServer } from './part.ts'
import type { Measuring } from './start-measuring.ts'

/** What was measured, and what could not be. */
export interface Measured {
  readonly figures: Baseline
  /** Scenarios and probes that broke off, each with the run that did and why. */
  readonly broken: Readonly<Record<string, string>>
}

/**
 * Runs scenarios in all modes on the virtual clock, and probes, and reads what the gate compares. As many of
 * them at once as there are processes: no figure depends on it.
 * @param measuring Is stopped when this ends.
 * @throws EnvironmentError where no database server could be started
 */
export async function measure(
  plan: MeasurePlan,
  progress: BenchProgress,
  measuring: Measuring,
  signal: AbortSignal,
): Promise<Measured> {
  try {
    const server = await measuring.server
    return await figuresOf(await measuring.workers.measure(server, partsOf(plan), progress, signal))
  } finally {
    await measuring.stop()
  }
}

/** As {@link measure}, in this process alone and on a server that is there. */
export async function measureOn(
  server: PartServer,
  plan: MeasurePlan,
  progress: BenchProgress,
  signal: AbortSignal,
): Promise<Measured> {
  const outcomes: PartOutcome[] = []
  for (const part of partsOf(plan)) outcomes.push(await measurePart(server, part, progress, signal))
  return figuresOf(outcomes)
}

/** The probes first: two processes then end at about the same time, each with a long scenario and a short one. */
function partsOf({ scenarios, probes }: MeasurePlan): Part[] {
  return [...probes.map((probe) => ({ probe })), ...scenarios.map((scenario) => ({ scenario }))]
}

async function figuresOf(outcomes: readonly PartOutcome[]): Promise<Measured> {
  const results: ScenarioResult[] = []
  const probes: Record<string, Baseline['probes'][string]> = {}
  const broken: Record<string, string> = {}
  for (const outcome of outcomes) {
    if ('result' in outcome) results.push(outcome.result)
    else if ('probed' in outcome) probes[outcome.probe] = outcome.probed
    else broken[outcome.broken] = outcome.reason
  }
  const models = await readModelVersions()
  return { figures: baselineOf(results, { seed: SEED, git: await readGit(), models, probes }), broken }
}

/** @throws Error where something broke off: its figures would be missing. */
export function whole({ figures, broken }: Measured): Baseline {
  const [first] = Object.entries(broken)
  if (first) throw new Error(`${first[0]}: ${first[1]}`)
  return figures
}
