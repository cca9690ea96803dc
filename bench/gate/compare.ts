import { isDeepStrictEqual } from 'node:util'
import type { Baseline } from './baseline.ts'
import { type Budgets, budgetFor } from './budgets.ts'
import { type Figures, METRICS, type MetricName, metricNamesOf, worseBy } from './exact-metrics.ts'
import { explain, ROUNDING, seconds } from './explain.ts'

/** One metric of one mode, against its baseline. */
export interface Comparison {
  readonly scenario: string
  readonly mode: string
  readonly metric: MetricName
  readonly before: number
  readonly after: number
  /** How much worse it may become, in its own unit. */
  readonly budget: number
  readonly verdict: 'same' | 'within budget' | 'regressed' | 'improved'
  /** Where the change is, one sentence each; for what has changed. */
  readonly reasons: readonly string[]
}

/** Something without which there is no comparison: always a failure. */
export interface Missing {
  readonly scenario: string
  readonly mode: string | null
  readonly reason: string
}

export interface GateOutcome {
  readonly passed: boolean
  readonly comparisons: readonly Comparison[]
  readonly missing: readonly Missing[]
  /** What makes figures say less than they seem to, one sentence each. */
  readonly notes: readonly string[]
}

/**
 * Why two sets of figures cannot be compared at all.
 * @returns one sentence for each difference
 */
export function incomparable(before: Baseline, after: Baseline): string[] {
  const problems: string[] = []
  const differ = (what: string, one: unknown, other: unknown) => {
    if (one !== other)
      problems.push(`${what}: ${JSON.stringify(one)} in the base, ${JSON.stringify(other)} now`)
  }
  differ('the result schema', before.resultSchemaVersion, after.resultSchemaVersion)
  differ('the seed', before.seed, after.seed)
  differ('the mock (fingerprint of its answers and their times)', before.models.mock, after.models.mock)
  differ('the price list', before.models.prices, after.models.prices)
  differ('the cost model of statements', before.models.statements, after.models.statements)
  for (const [name, scenario] of Object.entries(subjectsOf(after))) {
    const base = subjectsOf(before)[name]
    if (base) differ(`the workload of ${name}`, base.hash, scenario.hash)
  }
  return problems
}

/** Scenarios and probes alike. */
function subjectsOf({ scenarios, probes }: Baseline): Baseline['scenarios'] & Baseline['probes'] {
  return { ...scenarios, ...probes }
}

/**
 * Compares every metric of every mode. Fails closed: what is missing on either side is a failure.
 * @param names Scenarios and probes to compare.
 * @param broken Why those of the head that have no figures have none.
 */
export function compare(
  before: Baseline,
  after: Baseline,
  budgets: Budgets,
  names: readonly string[],
  broken: Readonly<Record<string, string>> = {},
): GateOutcome {
  const comparisons: Comparison[] = []
  const missing: Missing[] = []
  const redrawn = new Map<string, string[]>()
  for (const scenario of names) {
    const [base, head] = [subjectsOf(before)[scenario], subjectsOf(after)[scenario]]
    if (!base || !head) {
      const reason = broken[scenario] ?? (base ? 'it was not run' : 'the baseline has no figures of it')
      missing.push({ scenario, mode: null, reason })
      continue
    }
    for (const mode of new Set([...Object.keys(base.modes), ...Object.keys(head.modes)])) {
      const [old, now] = [base.modes[mode], head.modes[mode]]
      if (old && now) {
        const compared = compareMode(scenario, mode, old, now, budgets)
        const phase = redrawnFrom(old, now)
        if (phase) redrawn.set(phase, [...(redrawn.get(phase) ?? []), `${scenario} ${mode}`])
        comparisons.push(...compared.comparisons)
        missing.push(...compared.missing)
      } else {
        missing.push({ scenario, mode, reason: old ? 'it was not run' : 'the baseline has no figures of it' })
      }
    }
  }
  if (comparisons.length === 0 && missing.length === 0) {
    missing.push({ scenario: '-', mode: null, reason: 'nothing was compared' })
  }
  const passed = missing.length === 0 && comparisons.every(({ verdict }) => verdict !== 'regressed')
  const notes = [...redrawn].map(
    ([phase, where]) =>
      `The answers of ${phase} are others, though it made as many calls: its messages changed, and the mock draws answers by them. Longer or shorter answers, and all that follows from them, are chance until these figures are the baseline (${where.join(', ')}).`,
  )
  return { passed, comparisons, missing, notes }
}

/** The first phase that made the same calls and attempts, and was answered otherwise. */
function redrawnFrom({ parts: before }: Figures, { parts: after }: Figures): string | undefined {
  const phases = Object.keys(before.calls ?? {})
  const same = (one: Readonly<Record<string, number>> = {}, other: typeof one = {}, prefix = '') => {
    const of = (counts: typeof one) =>
      Object.entries(counts)
        .filter(([key]) => key.startsWith(prefix))
        .sort()
    return isDeepStrictEqual(of(one), of(other))
  }
  return phases.find(
    (phase) =>
      same(before.calls, after.calls, phase) &&
      same(before.attempts, after.attempts, phase) &&
      !same(before.tokens, after.tokens, `${phase} output`),
  )
}

function compareMode(
  scenario: string,
  mode: string,
  before: Figures,
  after: Figures,
  budgets: Budgets,
): Pick<GateOutcome, 'comparisons' | 'missing'> {
  const comparisons: Comparison[] = []
  const missing: Missing[] = []
  for (const metric of metricNamesOf(scenario)) {
    const [old, now] = [before.metrics[metric], after.metrics[metric]]
    if (old === undefined || now === undefined) {
      missing.push({ scenario, mode, reason: `${METRICS[metric].label} is missing` })
      continue
    }
    const worse = worseBy(metric, old, now)
    const allowed = budgetFor(budgets, scenario, mode, metric, old)
    const fell = metric === 'efficiency' && worse > ROUNDING ? fallOfLowerBound(before, after) : undefined
    const budget = allowed + (fell?.share ?? 0)
    const verdict =
      worse > budget + ROUNDING
        ? 'regressed'
        : worse > ROUNDING
          ? 'within budget'
          : worse < -ROUNDING
            ? 'improved'
            : 'same'
    const reasons = [
      ...(fell ? [fell.reason] : []),
      ...(verdict === 'same' || (fell && verdict !== 'regressed') ? [] : explain(metric, before, after)),
    ]
    comparisons.push({ scenario, mode, metric, before: old, after: now, budget, verdict, reasons })
  }
  return { comparisons, missing }
}

/**
 * Efficiency is the lower bound over the duration: it falls where the bound does (by a shorter prompt, say),
 * without anything being slower. So much of a fall is no regression.
 * @returns how much of it is the bound's, as efficiency; undefined where the bound did not fall
 */
function fallOfLowerBound(
  { metrics: before }: Figures,
  { metrics: after }: Figures,
): { readonly share: number; readonly reason: string } | undefined {
  const boundMs = ({ durationMs = 0, efficiency = 0 }: Figures['metrics']) => durationMs * efficiency
  const [old, now] = [boundMs(before), boundMs(after)]
  if (now >= old - ROUNDING) return undefined
  return {
    share: (old - now) / (after.durationMs || 1),
    reason: `the lower bound fell from ${seconds(old)} to ${seconds(now)} s: so far it may fall, too`,
  }
}
