/** Durations from tier 0 downwards, one step at a time: what each tier, or each flag, takes off. */
import type { ScenarioResult } from '../result-schema.ts'
import type { ModeFigures } from './mode-figures.ts'

export interface WaterfallStep {
  readonly label: string
  readonly durationMs: number
}

/** From `sequential` over the modes that did the same work. Empty where there is nothing to compare. */
export function tierWaterfall(modes: readonly ModeFigures[]): readonly WaterfallStep[] {
  const steps = modes
    .filter(({ tier, comparable }) => tier !== null && comparable)
    .sort((a, b) => (a.tier ?? 0) - (b.tier ?? 0))
    .map(({ mode, duration }) => ({ label: mode, durationMs: duration.median }))
  return steps.length > 1 && modes.some(({ mode }) => mode === 'sequential') ? steps : []
}

/** From tier 0, one flag added at a time. Empty without an ablation. */
export function flagWaterfall({ ablation }: ScenarioResult): readonly WaterfallStep[] {
  if (ablation === null || ablation.steps.length === 0) return []
  return [
    { label: 'tier 0', durationMs: ablation.base.durationMs },
    ...ablation.steps.map(({ flag, added }) => ({ label: flag, durationMs: added.durationMs })),
  ]
}
