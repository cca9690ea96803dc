import { formatDuration } from '../format/duration.ts'
import { formatCost, formatCount, formatPercent, formatRatio, NO_FIGURE } from '../format/number.ts'
import { formatCommit, formatFlags, formatStart } from '../format/provenance.ts'
import type { ScenarioResult } from '../result-schema.ts'
import { definitionDifferences, environmentDifferences } from './comparison-differences.ts'
import type { ModeFigures } from './mode-figures.ts'
import type { NamedResult } from './named-result.ts'
import { columnsOf, resultFigures } from './result-figures.ts'

/** One figure of one mode in every result. */
export interface ComparedFigure {
  readonly label: string
  /** What `measured` is in. */
  readonly unit: FigureUnit
  /** One for each result; null where it has none. */
  readonly measured: readonly (number | null)[]
  /** The same as text. */
  readonly values: readonly string[]
  /** One for each result: against the first. null for the first itself, and where nothing can be said. */
  readonly changes: readonly (FigureChange | null)[]
}

/** `share`: 1 is all. */
export type FigureUnit = 'ms' | 'count' | 'ratio' | 'share' | 'USD'

export interface FigureChange {
  /** `+3.1 %`, `−40`, `=`. */
  readonly text: string
  readonly verdict: 'same' | 'better' | 'worse'
}

export interface ComparedMode {
  readonly mode: string
  readonly figures: readonly ComparedFigure[]
}

export interface ComparedScenario {
  readonly name: string
  readonly title: string
  /** Why figures stand beside each other without a change, one sentence each; empty where all can be compared. */
  readonly obstacles: readonly string[]
  /** What differs and does not stand in the way, one sentence each. */
  readonly notes: readonly string[]
  readonly modes: readonly ComparedMode[]
}

/** Two or more results side by side; the first is what the others are held against. */
export interface Comparison {
  readonly results: readonly { readonly name: string; readonly about: string }[]
  /** `virtual clock`, or both. */
  readonly clock: string
  /** What differs between the results as wholes, one sentence each. */
  readonly notes: readonly string[]
  readonly scenarios: readonly ComparedScenario[]
}

interface FigureKind {
  readonly label: string
  readonly unit: FigureUnit
  readonly better: 'lower' | 'higher'
  readonly value: (mode: ModeFigures) => number | null
  readonly text: (value: number) => string
  /** Whether a change is told as a share of the first; else as a difference. */
  readonly relative: boolean
}

const duration = (label: string, value: FigureKind['value']): FigureKind => ({
  label,
  unit: 'ms',
  better: 'lower',
  value,
  text: formatDuration,
  relative: true,
})
const count = (label: string, value: FigureKind['value']): FigureKind => ({
  label,
  unit: 'count',
  better: 'lower',
  value,
  text: formatCount,
  relative: false,
})

/** What the durations of the phases are called, in order. */
export const PHASE_FIGURES = ['card analysis', 'stories', 'subtasks'] as const

const FIGURES: readonly FigureKind[] = [
  duration('duration', (mode) => mode.duration.median),
  {
    label: 'speed-up',
    unit: 'ratio',
    better: 'higher',
    value: (mode) => mode.speedUp,
    text: formatRatio,
    relative: true,
  },
  ...PHASE_FIGURES.map((label, index) =>
    duration(label, (mode) => mode.phases[index]?.duration.median ?? null),
  ),
  count('round trips', (mode) => mode.roundTrips.total),
  duration('database time', (mode) => mode.roundTrips.databaseMs),
  count('attempts', (mode) => mode.api.attempts),
  count('429s', (mode) => mode.api.rateLimited),
  count('failed items', (mode) => mode.output.failedItems),
  duration('waiting', (mode) => mode.waits.totalMs),
  count('invocations', (mode) => mode.invocations),
  {
    label: 'cost',
    unit: 'USD',
    better: 'lower',
    value: (mode) => mode.costUsd,
    text: formatCost,
    relative: true,
  },
  duration('lower bound', (mode) => mode.lowerBound.ms),
  {
    label: 'efficiency',
    unit: 'share',
    better: 'higher',
    value: (mode) => mode.efficiency,
    text: formatPercent,
    relative: true,
  },
]

/**
 * Sets results side by side. Only equals are held against each other: the same scenario (workload and documents,
 * by its hash), seed and clock.
 * @param named The first is what the others are held against; at least two.
 */
export function compareResults(named: readonly NamedResult[]): Comparison {
  const names = [...new Set(named.flatMap(({ result }) => result.scenarios.map((scenario) => scenario.name)))]
  return {
    results: named.map(({ name, result }) => ({
      name,
      about: `${formatStart(result)}, commit ${formatCommit(result)}, ${result.clock} clock`,
    })),
    clock: `${[...new Set(named.map(({ result }) => result.clock))].join(' and ')} clock`,
    notes: environmentDifferences(named),
    scenarios: names.map((name) => compareScenario(name, named)),
  }
}

/** Whether at least one figure of one scenario is held against another. */
export function hasChanges({ scenarios }: Comparison): boolean {
  return scenarios.some(({ modes }) =>
    modes.some(({ figures }) => figures.some(({ changes }) => changes.some((change) => change !== null))),
  )
}

function compareScenario(name: string, named: readonly NamedResult[]): ComparedScenario {
  const all = named.map((one) => {
    const figures = resultFigures(one.result).scenarios.find(({ scenario }) => scenario.name === name)
    return { ...one, figures }
  })
  const present = all.flatMap((one) => (one.figures ? [{ ...one, scenario: one.figures.scenario }] : []))
  const missing = all.flatMap((one) => (one.figures ? [] : [`${one.name} has no scenario ${name}.`]))
  const [base, ...others] = present
  const found = others.map((other) => ({
    name: other.name,
    obstacles: base ? obstaclesBetween(base, other) : [],
  }))
  const isAlone = present.length < 2
  // Held against the first result, or not at all: a column's change never means another column.
  const comparable = all.map(
    (one) =>
      all[0] === undefined ||
      (all[0].figures !== undefined &&
        found.some((other) => other.name === one.name && other.obstacles.length === 0)),
  )
  const columns = all.map(({ figures }) => (figures ? columnsOf(figures) : []))
  const modes = isAlone ? [] : [...new Set(columns.flatMap((column) => column.map(({ mode }) => mode)))]
  const ofMode = (mode: string) => columns.map((column) => column.find((one) => one.mode === mode))
  return {
    name,
    title: base?.scenario.title ?? name,
    obstacles: [
      ...(isAlone ? missing : []),
      ...(all[0]?.figures === undefined && !isAlone ? missing.slice(0, 1) : []),
      ...found.flatMap(({ obstacles }) => obstacles),
    ],
    notes: [
      ...(isAlone ? [] : missing),
      ...modes.flatMap((mode) => modeNotes(mode, ofMode(mode), columns, named)),
    ],
    modes: modes.map((mode) => ({
      mode,
      figures: FIGURES.map((kind) => compareFigure(kind, ofMode(mode), comparable)),
    })),
  }
}

interface Present extends NamedResult {
  readonly scenario: ScenarioResult
}

function obstaclesBetween(base: Present, other: Present): readonly string[] {
  const clocks = [base.result.clock, other.result.clock]
  const seeds = [base.scenario.seed, other.scenario.seed]
  const pair = `${base.name} and ${other.name}`
  return [
    ...(clocks[0] === clocks[1]
      ? []
      : [`${pair} are of different clocks, ${clocks.join(' and ')}: their times are not of one kind.`]),
    ...(seeds[0] === seeds[1]
      ? []
      : [`${pair} have different seeds, ${seeds.join(' and ')}: other documents and latencies were drawn.`]),
    ...(base.scenario.hash === other.scenario.hash || seeds[0] !== seeds[1]
      ? []
      : [`${pair} ran different workloads: ${definitionDifferences(base.scenario, other.scenario)}.`]),
  ]
}

function modeNotes(
  mode: string,
  figures: readonly (ModeFigures | undefined)[],
  columns: readonly (readonly ModeFigures[])[],
  named: readonly NamedResult[],
): readonly string[] {
  const absent = named
    .filter((_, index) => figures[index] === undefined && columns[index]?.length !== 0)
    .map(({ name }) => name)
  const flags = new Set(figures.flatMap((one) => (one ? [formatFlags(one.flags)] : [])))
  const digests = new Set(figures.flatMap((one) => (one ? [one.output.digest] : [])))
  return [
    ...(absent.length > 0 ? [`${mode} was not run in ${absent.join(', ')}.`] : []),
    ...(flags.size > 1 ? [`${mode} has different flags: ${[...flags].join(' / ')}.`] : []),
    ...(digests.size > 1 ? [`${mode} left different output.`] : []),
  ]
}

function compareFigure(
  kind: FigureKind,
  figures: readonly (ModeFigures | undefined)[],
  comparable: readonly boolean[],
): ComparedFigure {
  const values = figures.map((one) => (one ? kind.value(one) : null))
  const [first = null] = values
  return {
    label: kind.label,
    unit: kind.unit,
    measured: values,
    values: values.map((value) => (value === null ? NO_FIGURE : kind.text(value))),
    changes: values.map((value, index) =>
      index === 0 || !comparable[index] || value === null || first === null
        ? null
        : changeOf(kind, first, value),
    ),
  }
}

/** Virtual times are sums of floating-point numbers: less than this share of a figure is no change. */
const ROUNDING = 1e-9

function changeOf({ better, relative, text }: FigureKind, before: number, after: number): FigureChange {
  const difference = after - before
  if (Math.abs(difference) <= ROUNDING * Math.max(1, Math.abs(before))) return { text: '=', verdict: 'same' }
  const sign = difference > 0 ? '+' : '−'
  const share = relative && before !== 0
  return {
    text: `${sign}${share ? formatPercent(Math.abs(difference / before)) : text(Math.abs(difference))}`,
    verdict: difference > 0 === (better === 'higher') ? 'better' : 'worse',
  }
}
