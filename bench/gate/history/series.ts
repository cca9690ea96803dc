import type { TrendReport } from '../../../reports/index.ts'
import type { HistoryEntry } from './history-entry.ts'

/** A metric's values, one of each result from the one where it began to the newest. */
export interface Series {
  readonly scenario: string
  readonly mode: string
  readonly metric: string
  /** The result that it begins with. */
  readonly start: number
  readonly values: readonly number[]
}

/** Short commit and day. */
export function labelOf({ recordedAt, commit, dirty }: HistoryEntry): string {
  return `${commit?.slice(0, 7) ?? 'unknown'}${dirty ? ' with changes' : ''} ${recordedAt.slice(0, 10)}`
}

/**
 * The results since the last one of another mock, price list, cost model, seed or result schema. A commit that
 * was added more than once counts once, by the newest: its figures are no level of their own.
 */
export function comparable(added: readonly HistoryEntry[]): {
  readonly entries: readonly HistoryEntry[]
  readonly notes: readonly string[]
} {
  const isOf = (commit: string | null) => (entry: HistoryEntry) => !entry.dirty && entry.commit === commit
  const all = added.filter(
    ({ commit, dirty }, index) => dirty || commit === null || index === added.findLastIndex(isOf(commit)),
  )
  const newest = all.at(-1)
  if (!newest) return { entries: [], notes: [] }
  const other = all.findLastIndex((entry) => differences(entry, newest).length > 0)
  const [before, first] = [all[other], all[other + 1]]
  if (!before || !first) return { entries: all, notes: [] }
  const notes = [
    `All series begin anew at ${labelOf(first)}, and ${other + 1} earlier results do not count: ${differences(before, newest).join(', ')} changed.`,
  ]
  return { entries: all.slice(other + 1), notes }
}

/**
 * The series of all metrics of the newest result. One begins where the metric does, or its workload changed,
 * or after the last result that lacked it.
 */
export function seriesOf(entries: readonly HistoryEntry[]): {
  readonly series: readonly Series[]
  readonly missing: TrendReport['missing']
  readonly notes: readonly string[]
} {
  const places = new Map(
    entries.flatMap((entry) => placesOf(entry).map((place) => [JSON.stringify(place), place] as const)),
  )
  const series: Series[] = []
  const missing: { what: string; last: number }[] = []
  const later = new Map<string, string[]>()
  for (const [scenario, mode, metric] of places.values()) {
    const has = ({ figures }: HistoryEntry) => figures[scenario]?.[mode]?.[metric]
    const newest = entries.at(-1)
    const workload = newest && workloadOf(newest, scenario)
    if (!newest || has(newest) === undefined) {
      const last = entries.findLastIndex((entry) => has(entry) !== undefined)
      missing.push({ what: `${scenario}, ${mode}: ${metric}`, last })
      continue
    }
    const without = entries.findLastIndex(
      (entry) => has(entry) === undefined || workloadOf(entry, scenario) !== workload,
    )
    const start = without + 1
    series.push({
      scenario,
      mode,
      metric,
      start,
      values: entries.slice(start).flatMap((entry) => has(entry) ?? []),
    })
    const [before, first] = [entries[without], entries[start]]
    if (!before || !first) continue
    const changed = has(before) === undefined ? 'the result before lacks them' : 'the workload changed'
    const key = `${scenario}, ${mode}: series begin at ${labelOf(first)}, since ${changed}`
    later.set(key, [...(later.get(key) ?? []), metric])
  }
  return { series, missing, notes: [...later].map(([key, metrics]) => `${key}: ${metrics.join(', ')}.`) }
}

function placesOf({ figures }: HistoryEntry): [string, string, string][] {
  return Object.entries(figures).flatMap(([scenario, modes]) =>
    Object.entries(modes).flatMap(([mode, metrics]) =>
      Object.keys(metrics).map((metric): [string, string, string] => [scenario, mode, metric]),
    ),
  )
}

const workloadOf = (entry: HistoryEntry, scenario: string) =>
  entry.schemaVersion === 1 ? undefined : entry.workloads[scenario]

/** What results must have in common, beside the workload of each scenario. */
function differences(one: HistoryEntry, other: HistoryEntry): string[] {
  const basis = (entry: HistoryEntry): Record<string, string | number | undefined> => ({
    ...entry.models,
    // An entry of version 1 does not say what it is of: it is held to be another one.
    seed: entry.schemaVersion === 1 ? undefined : entry.seed,
    'result schema': entry.schemaVersion === 1 ? undefined : entry.resultSchemaVersion,
  })
  const [before, after] = [basis(one), basis(other)]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => before[name] !== after[name],
  )
}
