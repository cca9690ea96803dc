import type { ModeResult, UnboundedResult } from '../../reports/index.ts'
import { type RunSetting, runOnce } from './run-once.ts'

/** A day: no scenario's run comes near it, so that this budget stops nothing, ms. */
const UNBOUNDED_MS = 86_400_000

/** Whether no mode ended within one invocation: then none of them shows what an unbounded run leaves. */
export function isContinuedInEveryMode(modes: readonly ModeResult[]): boolean {
  return modes.every(({ repetitions }) => repetitions.every(({ invocations }) => invocations.length > 1))
}

/**
 * The run once more with a budget that stops nothing, to compare outputs with. On the virtual clock even
 * where the modes ran in real time: what a run leaves does not depend on it.
 * @param mode Whose flags the setting has.
 */
export async function runUnbounded(
  mode: string,
  setting: Omit<RunSetting, 'clock'>,
): Promise<UnboundedResult> {
  const { scenario } = setting
  const { durationMs, invocations, output } = await runOnce({
    ...setting,
    scenario: { ...scenario, engine: { ...scenario.engine, budgetMs: UNBOUNDED_MS } },
    clock: 'virtual',
  })
  return { mode, budgetMs: UNBOUNDED_MS, durationMs, invocations: invocations.length, output }
}
