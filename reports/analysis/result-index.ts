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
  /** How long each scenario took, for those that ran more than once. */
  readonly durations: readonly DurationHistory[]
}

/** The durations of a scenario over the results that can be compared with the newest: the same workload, seed and clock. */
export interface DurationHistory {
  readonly scenario: string
  readonly clock: string
  /** Each result: when it started. */
  readonly labels: readonly string[]
  /** How many results of the scenario are left out. */
  readonly others: number
  /** End to end, ms, one for each label; null where the mode was not run. */
  readonly modes: readonly { readonly mode: string; readonly values: readonly (number | null)[] }[]
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
    durations: durationsOf(sorted),
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

function durationsOf(results: readonly NamedResult[]): readonly DurationHistory[] {
  const runs = results.flatMap(({ result }) =>
    resultFigures(result).scenarios.map((figures) => ({
      name: figures.scenario.name,
      world: `${figures.scenario.hash} ${figures.scenario.seed} ${result.clock}`,
      clock: `${result.clock} clock`,
      label: formatStart(result),
      columns: columnsOf(figures),
    })),
  )
  return [...new Set(runs.map(({ name }) => name))].flatMap((scenario) => {
    const all = runs.filter(({ name }) => name === scenario)
    const newest = all.at(-1)
    const equal = all.filter(({ world }) => world === newest?.world)
    if (newest === undefined || equal.length < 2) return []
    const modes = [...new Set(equal.flatMap(({ columns }) => columns.map(({ mode }) => mode)))]
    return [
      {
        scenario,
        clock: newest.clock,
        labels: equal.map(({ label }) => label),
        others: all.length - equal.length,
        modes: modes.map((mode) => ({
          mode,
          values: equal.map(
            ({ columns }) => columns.find((one) => one.mode === mode)?.duration.median ?? null,
          ),
        })),
      },
    ]
  })
}
