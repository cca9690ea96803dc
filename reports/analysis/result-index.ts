import { formatDuration } from '../format/duration.ts'
import { formatCount, formatPercent, formatRatio } from '../format/number.ts'
import { formatCommit, formatStart } from '../format/provenance.ts'
import type { FigureTable } from './figure-table.ts'
import type { NamedResult } from './named-result.ts'
import { columnsOf, resultFigures } from './result-figures.ts'

/** A result of the folder, with the folder's own words for it. */
export interface IndexedResult extends NamedResult {
  /** The report beside it, relative to the folder; null where there is none. */
  readonly report: string | null
}

/** All results of a folder, and how their main figures went. */
export interface ResultIndex {
  /** Oldest first. */
  readonly results: readonly (IndexedResult & { readonly about: readonly string[] })[]
  /** Files that are no result that this version reads, one sentence each. */
  readonly unread: readonly string[]
  /** A table for each scenario and mode, a row for each result. */
  readonly history: readonly FigureTable[]
}

/** What a row of `about` says. */
export const INDEX_HEADER = ['result', 'started', 'commit', 'clock', 'scenarios', 'failed checks'] as const

export function indexResults(results: readonly IndexedResult[], unread: readonly string[]): ResultIndex {
  const sorted = [...results].sort(
    (a, b) => Date.parse(a.result.startedAt) - Date.parse(b.result.startedAt) || (a.name < b.name ? -1 : 1),
  )
  return {
    results: sorted.map((one) => ({ ...one, about: aboutOf(one) })),
    unread,
    history: historyOf(sorted),
  }
}

function aboutOf({ name, result }: NamedResult): readonly string[] {
  const failed = result.scenarios.flatMap(({ checks }) => checks.filter((check) => !check.ok)).length
  return [
    name,
    formatStart(result),
    formatCommit(result),
    result.clock,
    result.scenarios.map((scenario) => scenario.name).join(', '),
    formatCount(failed),
  ]
}

interface HistoryRow {
  readonly hash: string
  readonly cells: readonly string[]
}

function historyOf(results: readonly NamedResult[]): readonly FigureTable[] {
  const rows = new Map<string, HistoryRow[]>()
  for (const { result } of results) {
    for (const scenario of resultFigures(result).scenarios) {
      for (const mode of columnsOf(scenario)) {
        const key = `${scenario.scenario.name}, ${mode.mode}`
        const before = rows.get(key) ?? []
        const { hash, seed } = scenario.scenario
        const world = `${hash} ${seed} ${result.clock}`
        before.push({
          hash: world,
          cells: [
            `${formatStart(result)}${before.length > 0 && before.at(-1)?.hash !== world ? ' *' : ''}`,
            formatCommit(result).slice(0, 12),
            formatDuration(mode.duration.median),
            formatRatio(mode.speedUp),
            formatCount(mode.roundTrips.total),
            formatCount(mode.api.rateLimited),
            formatCount(mode.output.failedItems),
            formatPercent(mode.efficiency),
          ],
        })
        rows.set(key, before)
      }
    }
  }
  return [...rows].map(([title, of]) => ({
    title,
    intro: 'Oldest first.',
    header: [
      'started',
      'commit',
      'duration',
      'speed-up',
      'round trips',
      '429s',
      'failed items',
      'efficiency',
    ],
    rows: of.map(({ cells }) => cells),
    optional: [6, 1],
    findings: of.some(({ cells }) => cells[0]?.endsWith('*'))
      ? ['*: from here on another workload, seed or clock: not to be compared with the lines above.']
      : [],
  }))
}
