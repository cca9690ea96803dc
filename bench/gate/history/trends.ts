import type { Trend, TrendDrift, TrendReport } from '../../../reports/index.ts'
import { type Budgets, budgetFor } from '../budgets.ts'
import { METRICS, type MetricName, worseBy } from '../exact-metrics.ts'
import { formatValue } from '../render.ts'
import { changePoints } from './change-points.ts'
import { driftFrom } from './drift.ts'
import type { HistoryEntry } from './history-entry.ts'
import { comparable, labelOf, type Series, seriesOf } from './series.ts'

/**
 * Every metric of the newest result, from when it began, with the points where its level changes. What another
 * mock, price list, cost model or workload made is no trend of the engine: there a series begins anew, and the
 * notes say so. A metric that results had and the newest lacks is missing.
 * @param budgets What a single gate allows: what exceeds it in several steps has drifted.
 * @param recent Results among which a drift counts.
 */
export function trendsOf(all: readonly HistoryEntry[], budgets: Budgets, recent: number): TrendReport {
  const { entries, notes } = comparable(all)
  const found = seriesOf(entries)
  const trends = found.series.map((one): Trend => {
    const { scenario, mode, metric, start, values } = one
    const changes = changePoints(values)
    const edges = [0, ...changes.map(({ index }) => index), values.length]
    const level = (segment: number) => median(values.slice(edges[segment], edges[segment + 1]))
    const text = (value: number) => textOf(metric, value)
    return {
      scenario,
      mode,
      metric: isKnown(metric) ? METRICS[metric].label : metric,
      unit: unitOf(metric),
      start,
      values,
      texts: values.map(text),
      changes: changes.map(({ index, pValue }, segment) => {
        const [before, after] = [level(segment), level(segment + 1)]
        return {
          index: start + index,
          pValue,
          before: text(before),
          after: text(after),
          worse: worsening(metric, before, after) > 0,
        }
      }),
      drift: driftOf(one, budgets, recent),
    }
  })
  return {
    labels: entries.map(labelOf),
    notes: [...notes, ...found.notes],
    missing: found.missing,
    trends: trends.sort((a, b) => moves(b) - moves(a)),
  }
}

/** The metrics that became worse than a single gate allows, in steps that it did. */
export function drifted({ trends }: TrendReport): (Trend & { readonly drift: TrendDrift })[] {
  return trends.filter((trend): trend is Trend & { readonly drift: TrendDrift } => trend.drift !== null)
}

/** The metrics whose latest change is for the worse and lies within the last `recent` results. */
export function recentlyWorse({ labels, trends }: TrendReport, recent: number): Trend[] {
  return trends.filter(({ changes }) => {
    const last = changes.at(-1)
    return last?.worse === true && last.index >= labels.length - recent
  })
}

/** What the newest result lacks, and one of the `recent` results before it had. */
export function recentlyMissing({ labels, missing }: TrendReport, recent: number): TrendReport['missing'] {
  return missing.filter(({ last }) => last >= labels.length - 1 - recent)
}

const moves = ({ changes, drift }: Trend) => changes.length + (drift ? 1 : 0)

function isKnown(metric: string): metric is MetricName {
  return metric in METRICS
}

/** A metric that this version does not know is better the lower it is. */
function worsening(metric: string, before: number, after: number): number {
  return isKnown(metric) ? worseBy(metric, before, after) : after - before
}

function driftOf(
  { scenario, mode, metric, start, values }: Series,
  budgets: Budgets,
  recent: number,
): Trend['drift'] {
  if (!isKnown(metric)) return null
  const from = driftFrom(values, recent, {
    worseBy: (before, after) => worseBy(metric, before, after),
    budget: (before) => budgetFor(budgets, scenario, mode, metric, before),
  })
  if (from === undefined) return null
  const text = (at: number) => textOf(metric, values.at(at) as number)
  return { index: start + from, before: text(from), after: text(-1) }
}

function textOf(metric: string, value: number): string {
  return isKnown(metric) ? formatValue({ metric }, value) : String(Math.round(value * 1_000) / 1_000)
}

function unitOf(metric: string): string {
  if (!isKnown(metric)) return metric
  const { kind, label } = METRICS[metric]
  return { duration: 'ms', cost: 'US dollars', share: 'share', plan: "planner's cost", count: label }[kind]
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}
