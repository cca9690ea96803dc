import type { Baseline } from './baseline.ts'
import { type Budgets, budgetFor } from './budgets.ts'
import { METRIC_NAMES, METRICS, type MetricName, type ModeMetrics } from './exact-metrics.ts'

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
}

/** Virtual times are sums of floating-point numbers: this much is none, ms or dollars or a share. */
const ROUNDING = 1e-9

/**
 * Why two sets of figures cannot be compared at all.
 * @returns one sentence for each difference
 */
export function incomparable(before: Baseline, after: Baseline): string[] {
  const problems: string[] = []
  const differ = (what: string, one: unknown, other: unknown) => {
    if (one !== other)
      problems.push(`${what}: ${JSON.stringify(one)} in the baseline, ${JSON.stringify(other)} now`)
  }
  differ('the result schema', before.resultSchemaVersion, after.resultSchemaVersion)
  differ('the seed', before.seed, after.seed)
  differ('the mock (fingerprint of its answers and their times)', before.models.mock, after.models.mock)
  differ('the price list', before.models.prices, after.models.prices)
  for (const [name, scenario] of Object.entries(after.scenarios)) {
    const base = before.scenarios[name]
    if (base) differ(`the workload of ${name}`, base.hash, scenario.hash)
  }
  return problems
}

/**
 * Compares every metric of every mode. Fails closed: what is missing on either side is a failure.
 * @param scenarios Those to compare.
 */
export function compare(
  before: Baseline,
  after: Baseline,
  budgets: Budgets,
  scenarios: readonly string[],
): GateOutcome {
  const comparisons: Comparison[] = []
  const missing: Missing[] = []
  for (const scenario of scenarios) {
    const [base, head] = [before.scenarios[scenario], after.scenarios[scenario]]
    if (!base || !head) {
      const reason = base ? 'it was not run' : 'the baseline has no figures of it'
      missing.push({ scenario, mode: null, reason })
      continue
    }
    for (const mode of new Set([...Object.keys(base.modes), ...Object.keys(head.modes)])) {
      const [old, now] = [base.modes[mode], head.modes[mode]]
      if (old && now) comparisons.push(...compareMode(scenario, mode, old, now, budgets))
      else
        missing.push({ scenario, mode, reason: old ? 'it was not run' : 'the baseline has no figures of it' })
    }
  }
  if (comparisons.length === 0 && missing.length === 0) {
    missing.push({ scenario: '-', mode: null, reason: 'nothing was compared' })
  }
  const passed = missing.length === 0 && comparisons.every(({ verdict }) => verdict !== 'regressed')
  return { passed, comparisons, missing }
}

function compareMode(
  scenario: string,
  mode: string,
  before: ModeMetrics,
  after: ModeMetrics,
  budgets: Budgets,
): Comparison[] {
  return METRIC_NAMES.map((metric) => {
    const [old, now] = [before.metrics[metric], after.metrics[metric]]
    const budget = budgetFor(budgets, scenario, mode, metric, old)
    const worse = METRICS[metric].better === 'lower' ? now - old : old - now
    const verdict =
      worse > budget + ROUNDING
        ? 'regressed'
        : worse > ROUNDING
          ? 'within budget'
          : worse < -ROUNDING
            ? 'improved'
            : 'same'
    const reasons = verdict === 'same' ? [] : explain(metric, before, after)
    return { scenario, mode, metric, before: old, after: now, budget, verdict, reasons }
  })
}

const MOST_REASONS = 3

/** What changed most of that which can move this metric. */
function explain(metric: MetricName, before: ModeMetrics, after: ModeMetrics): string[] {
  const kind = METRICS[metric].kind
  const phase = metric.startsWith('durationMs.') ? metric.slice('durationMs.'.length) : undefined
  const within = (key: string) => phase === undefined || key.startsWith(phase)
  const sources: readonly [string, 'statements' | 'attempts' | 'waits', string][] =
    metric === 'roundTrips' || metric === 'peakConnections'
      ? [['round trips', 'statements', '']]
      : kind === 'duration' || metric === 'efficiency' || metric === 'invocations'
        ? [
            ['waiting', 'waits', ' ms'],
            ['round trips', 'statements', ''],
            ['attempts', 'attempts', ''],
          ]
        : [['attempts', 'attempts', '']]
  const reasons = sources.flatMap(([label, source, unit]) =>
    changes(before[source], after[source])
      .filter(({ key }) => within(key))
      .slice(0, MOST_REASONS)
      .map(({ key, from, to }) => `${key}: ${label} ${round(from)} → ${round(to)}${unit}`),
  )
  if (phase === undefined && kind === 'duration') reasons.unshift(...phaseChanges(before, after))
  return reasons
}

function phaseChanges(before: ModeMetrics, after: ModeMetrics): string[] {
  const phases = METRIC_NAMES.filter((name) => name.startsWith('durationMs.'))
  return phases
    .filter((name) => Math.abs(after.metrics[name] - before.metrics[name]) > ROUNDING)
    .map(
      (name) => `${METRICS[name].label}: ${round(before.metrics[name])} → ${round(after.metrics[name])} ms`,
    )
}

/** What differs, the largest change first. */
function changes(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>) {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((key) => ({ key, from: before[key] ?? 0, to: after[key] ?? 0 }))
    .filter(({ from, to }) => Math.abs(to - from) > ROUNDING)
    .sort((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from) || (a.key < b.key ? -1 : 1))
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
