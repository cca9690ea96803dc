import { formatQuantity } from '../format/number.ts'
import type { BenchResult, ScenarioResult } from '../result-schema.ts'
import { type ClaimRow, claimsOf } from './claims.ts'
import { type ModeFigures, modeFigures } from './mode-figures.ts'
import { ratioOf } from './spread.ts'
import { type VariantGroup, variantGroups } from './variant-figures.ts'
import { type VerdictSentence, verdictSentences } from './verdict-sentences.ts'

export interface ScenarioFigures {
  readonly scenario: ScenarioResult
  readonly modes: readonly ModeFigures[]
  /** Modes beside what they are with other flags; empty where the scenario's variants were not run. */
  readonly variants: readonly VariantGroup[]
  readonly claims: readonly ClaimRow[]
  readonly verdicts: readonly VerdictSentence[]
  /** What must be seen before any figure: failed checks, runs that did not end well. */
  readonly problems: readonly string[]
  /** What was checked and held, one sentence each: the checks with a figure, then how many more. */
  readonly held: readonly string[]
  /** What a reader must know to read the figures, one sentence each. */
  readonly notes: readonly string[]
}

export interface ResultFigures {
  readonly result: BenchResult
  readonly scenarios: readonly ScenarioFigures[]
  /** `virtual clock` or `real clock`, for beside a figure. */
  readonly clock: string
  /** What the runs lasted on their clock / what they took in real time. */
  readonly simulationFactor: number | null
}

/** Every figure that a renderer shows. Pure: the same result gives the same figures. */
export function resultFigures(result: BenchResult): ResultFigures {
  return {
    result,
    scenarios: result.scenarios.map(scenarioFigures),
    clock: `${result.clock} clock`,
    simulationFactor: simulationFactor(result),
  }
}

function simulationFactor({ scenarios }: BenchResult): number | null {
  const repetitions = scenarios.flatMap(({ modes, variants }) =>
    [...modes, ...variants].flatMap((mode) => mode.repetitions),
  )
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  return ratioOf(sum(repetitions.map((one) => one.durationMs)), sum(repetitions.map((one) => one.wallMs)))
}

function scenarioFigures(scenario: ScenarioResult): ScenarioFigures {
  const baseline = scenario.modes.find((mode) => mode.mode === 'sequential')
  const modes = scenario.modes.map((mode) => modeFigures(mode, baseline))
  const variants = variantGroups(scenario, modes)
  const claims = scenario.judgesPlan ? claimsOf(modes) : []
  return {
    scenario,
    modes,
    variants,
    claims,
    verdicts: verdictSentences(claims, modes),
    problems: problemsOf(scenario, modes),
    held: heldOf(scenario),
    notes: [...notesOf(columnsOf({ modes, variants })), ...(scenario.judgesPlan ? [] : [NOT_JUDGED])],
  }
}

const NOT_JUDGED = "This scenario is not made to judge the plan's claims by."

/** What a table or chart shows side by side: the modes, then the variants that were run beside them. */
export function columnsOf({ modes, variants }: Pick<ScenarioFigures, 'modes' | 'variants'>) {
  return [...modes, ...variants.flatMap(({ columns }) => columns.slice(1))]
}

function heldOf({ checks }: ScenarioResult): readonly string[] {
  const passed = checks.filter((check) => check.ok)
  const shown = passed.filter((check) => check.shown === 'always')
  const others = passed.length - shown.length
  return [
    ...shown.map(({ name, detail }) => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}: ${detail}.`),
    ...(others > 0 ? [`${formatQuantity(others, 'other check')} passed.`] : []),
  ]
}

function problemsOf(scenario: ScenarioResult, modes: readonly ModeFigures[]): readonly string[] {
  const failedChecks = scenario.checks
    .filter((check) => !check.ok)
    .map((check) => `Check failed: ${check.name}: ${check.detail}`)
  const badEnds = modes
    .filter(({ output }) => output.runStatus !== 'COMPLETED' || output.failedItems > 0)
    .map(
      ({ mode, output }) =>
        `${mode}: the run ended ${output.runStatus} with ${output.failedItems} failed items`,
    )
  const unequal = modes
    .filter((mode) => !mode.comparable && modes.some((one) => one.mode === 'sequential'))
    .map(
      ({ mode }) =>
        `${mode}: no speed-up is given, as the same work was not done as in a completed sequential run`,
    )
  return [...failedChecks, ...badEnds, ...unequal]
}

function notesOf(modes: readonly ModeFigures[]): readonly string[] {
  const notes: string[] = []
  const several = modes.filter((mode) => mode.repetitions > 1)
  const different = several.filter((mode) => !mode.identical)
  const most = Math.max(...modes.map((mode) => mode.repetitions))
  if (several.length > 0 && different.length === 0) {
    notes.push(`${most} repetitions of each mode, all identical: one is shown.`)
  } else if (different.length > 0) {
    notes.push(
      `Up to ${most} repetitions of a mode: durations are medians with min–max, counts are those of the repetition ` +
        `nearest to the median. The repetitions of ${names(different)} differ.`,
    )
  }
  const crowded = modes.filter((mode) => mode.waits.exceedsDuration)
  if (crowded.length > 0) {
    notes.push(
      `Waiting is the sum over all tasks: in ${names(crowded)} it exceeds the duration, as tasks wait side by side.`,
    )
  }
  return notes
}

function names(modes: readonly ModeFigures[]): string {
  return new Intl.ListFormat('en').format(modes.map((mode) => mode.mode))
}
