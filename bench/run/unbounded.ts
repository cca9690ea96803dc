import type { ModeResult, UnboundedResult } from '../../reports/index.ts'
import type { Scenario } from '../../scenarios/index.ts'
import type { DatabaseServer } from '../environment/index.ts'
import type { BenchPlan } from './bench.ts'
import type { Documents } from './documents.ts'
import type { Mode } from './modes.ts'
import { runOnce } from './run-once.ts'

/** A day: no scenario's run comes near it, so that this budget stops nothing, ms. */
const UNBOUNDED_MS = 86_400_000

/** Whether no mode ended within one invocation: then none of them shows what an unbounded run leaves. */
export function isContinuedInEveryMode(modes: readonly ModeResult[]): boolean {
  return modes.every(({ repetitions }) => repetitions.every(({ invocations }) => invocations.length > 1))
}

/**
 * The scenario once more with a budget that stops nothing, to compare outputs with. On the virtual clock
 * even where the modes ran in real time: what a run leaves does not depend on it.
 */
export async function runUnbounded(
  plan: BenchPlan,
  server: DatabaseServer,
  scenario: Scenario,
  mode: Mode,
  documents: Documents,
  signal: AbortSignal,
): Promise<UnboundedResult> {
  const { durationMs, invocations, output } = await runOnce({
    server,
    scenario: { ...scenario, engine: { ...scenario.engine, budgetMs: UNBOUNDED_MS } },
    flags: mode.flagsFor(scenario),
    allowUnsafe: plan.allowUnsafe,
    seed: plan.seed,
    uploads: documents.uploads,
    clock: 'virtual',
    signal,
  })
  return {
    mode: mode.name,
    budgetMs: UNBOUNDED_MS,
    durationMs,
    invocations: invocations.length,
    output,
  }
}
