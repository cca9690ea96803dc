import type { Trend, TrendReport } from '../../../reports/index.ts'
import { METRICS, type MetricName } from '../exact-metrics.ts'
import { formatValue } from '../render.ts'
import { changePoints } from './change-points.ts'
import type { HistoryEntry } from './history-entry.ts'

/** A metric's values, and which result each is of: a result may lack a metric that others have. */
interface Series {
  readonly scenario: string
  readonly mode: string
  readonly metric: string
  readonly values: number[]
}

/**
 * Every metric that all results have, with the points where its level changes. What another mock, price list
 * or cost model made is no trend of the engine: only the results since the last change of those count.
 */
export function trendsOf(all: readonly HistoryEntry[]): TrendReport {
  const entries = sinceModelsChanged(all)
  const trends = seriesOf(entries).map(({ scenario, mode, metric, values }): Trend => {
    const changes = changePoints(values)
    const edges = [0, ...changes.map(({ index }) => index), values.length]
    const level = (segment: number) => median(values.slice(edges[segment], edges[segment + 1]))
    const text = (value: number) => textOf(metric, value)
    return {
      scenario,
      mode,
      metric: isKnown(metric) ? METRICS[metric].label : metric,
      unit: unitOf(metric),
      values,
      texts: values.map(text),
      changes: changes.map(({ index, pValue }, segment) => {
        const [before, after] = [level(segment), level(segment + 1)]
        return {
          index,
          pValue,
          before: text(before),
          after: text(after),
          worse: isWorse(metric, before, after),
        }
      }),
    }
  })
  return {
    labels: entries.map(
      ({ recordedAt, commit }) => `${commit?.slice(0, 7) ?? 'unknown'} ${recordedAt.slice(0, 10)}`,
    ),
    trends: trends.sort((a, b) => b.changes.length - a.changes.length),
  }
}

/** The metrics whose latest change is for the worse and lies within the last `recent` results. */
export function recentlyWorse({ labels, trends }: TrendReport, recent: number): Trend[] {
  return trends.filter(({ changes }) => {
    const last = changes.at(-1)
    return last?.worse === true && last.index >= labels.length - recent
  })
}

function sinceModelsChanged(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const models = (entry: HistoryEntry | undefined) => JSON.stringify(entry?.models)
  const other = entries.findLastIndex((entry) => models(entry) !== models(entries.at(-1)))
  return entries.slice(other + 1)
}

function seriesOf(entries: readonly HistoryEntry[]): Series[] {
  const newest = entries.at(-1)
  if (!newest) return []
  const series: Series[] = []
  for (const [scenario, modes] of Object.entries(newest.figures)) {
    for (const [mode, metrics] of Object.entries(modes)) {
      for (const metric of Object.keys(metrics)) {
        const values = entries.flatMap(({ figures }) => figures[scenario]?.[mode]?.[metric] ?? [])
        if (values.length === entries.length) series.push({ scenario, mode, metric, values })
      }
    }
  }
  return series
}

function isKnown(metric: string): metric is MetricName {
  return metric in METRICS
}

function isWorse(metric: string, before: number, after: number): boolean {
  return isKnown(metric) && METRICS[metric].better === 'higher' ? after < before : after > before
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
