import { formatCount, formatPercent, formatQuantity } from '../format/number.ts'
import type { ScenarioResult } from '../result-schema.ts'
import { type ModeFigures, modeFigures } from './mode-figures.ts'
import { formatRejected } from './summary-figures.ts'

/** A mode and what it comes to with other flags. */
export interface VariantGroup {
  /** The mode, and after it its variants: to be shown side by side. */
  readonly columns: readonly ModeFigures[]
  /** What each variant changes, one sentence. */
  readonly descriptions: readonly string[]
  /** What each column comes to, one sentence, in their order. */
  readonly findings: readonly string[]
}

/** The variants of a scenario beside their modes, in the modes' order. */
export function variantGroups(
  scenario: ScenarioResult,
  modes: readonly ModeFigures[],
): readonly VariantGroup[] {
  const baseline = scenario.modes.find((mode) => mode.mode === 'sequential')
  return modes.flatMap((mode) => {
    const variants = scenario.variants.filter((variant) => variant.of === mode.mode)
    if (variants.length === 0) return []
    const columns = [mode, ...variants.map((variant) => modeFigures(variant, baseline))]
    return {
      columns,
      descriptions: variants.map((variant) => `${variant.mode}: ${variant.description}`),
      findings: columns.map(findingOf),
    }
  })
}

/** What became of the work under the limits of the API. */
function findingOf({ mode, api, output, efficiency }: ModeFigures): string {
  const failed = output.failedItems
  const items = failed === 0 ? 'no item failed' : `${failed} of ${output.totalItems} items failed for good`
  const attempts =
    api.rateLimited === 0
      ? `none of ${formatQuantity(api.attempts, 'attempt')} met a 429`
      : `${formatRejected(api)} of ${formatQuantity(api.attempts, 'attempt')} met a 429, ${formatCount(api.wastedAttempts)} wasted`
  const of = failed === 0 ? '' : ', reckoned on the calls that succeeded'
  return `${mode}: ${items}; ${attempts}; efficiency ${formatPercent(efficiency)}${of}.`
}
