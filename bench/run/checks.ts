import { isDeepStrictEqual } from 'node:util'
import {
  type Check,
  formatDuration,
  type ModeResult,
  type Repetition,
  type UnboundedResult,
  type VariantResult,
} from '../../reports/index.ts'
import type { Scenario } from '../../scenarios/index.ts'
import type { BenchClock } from '../clock/index.ts'

/** What was run of a scenario. */
export interface Measured {
  readonly modes: readonly ModeResult[]
  readonly variants: readonly VariantResult[]
  readonly unbounded: UnboundedResult | null
}

/** One repetition and the mode that it belongs to, as a check's message names it. */
interface Named {
  readonly where: string
  readonly repetition: Repetition
  /** A variant whose items failed: what they would have left may be missing. */
  readonly mayLack: boolean
}

/**
 * What must hold of every scenario, whatever was measured. Items that fail are a finding in a variant, which
 * shows what a flag is there for, and an error in a mode: a variant that failed items is let off the checks
 * of completeness, and of nothing else; one that failed none is held to all of them.
 */
export function checkScenario(
  scenario: Scenario,
  { modes, variants, unbounded }: Measured,
  clock: BenchClock['kind'],
): Check[] {
  const ofModes = named(modes, () => false)
  const all = [...ofModes, ...named(variants, ({ output }) => output.failedItems > 0)]
  const complete = all.filter(({ mayLack }) => !mayLack)
  return [
    check('every run finished with nothing failed', complete, ({ output }) =>
      output.runStatus === 'COMPLETED' && output.failedItems === 0
        ? undefined
        : `${output.runStatus}, ${output.failedItems} failed${output.firstError ? `, the first: ${output.firstError}` : ''}`,
    ),
    check('the database holds as many rows as the scenario asks for', all, ({ output }, mayLack) =>
      wrongRows(scenario, output, mayLack),
    ),
    check('the counters of the run add up', all, ({ output }) => {
      const items = output.uploads + output.epics + output.stories
      const counted = output.completedItems + output.failedItems
      return output.totalItems === items && counted === items
        ? undefined
        : `${counted} of ${output.totalItems} counted, ${items} in the database`
    }),
    check('no log line was lost', all, ({ output, logLinesWritten }) =>
      output.logLines === logLinesWritten ? undefined : `${output.logLines} of ${logLinesWritten} lines`,
    ),
    withinBudget(scenario.engine.budgetMs, all),
    sameOutput(complete),
    ...sameAsUnbounded(ofModes, unbounded),
    ...(clock === 'virtual' && all.length > modes.length + variants.length
      ? [sameRepetitions([...modes, ...variants])]
      : []),
  ]
}

function named(modes: readonly ModeResult[], mayLack: (repetition: Repetition) => boolean): Named[] {
  return modes.flatMap(({ mode, repetitions }) =>
    repetitions.map((repetition, index) => ({
      where: repetitions.length > 1 ? `${mode} (repetition ${index + 1})` : mode,
      repetition,
      mayLack: mayLack(repetition),
    })),
  )
}

function check(
  name: string,
  all: readonly Named[],
  problem: (repetition: Repetition, mayLack: boolean) => string | undefined,
): Check {
  const problems = all.flatMap(({ where, repetition, mayLack }) => {
    const found = problem(repetition, mayLack)
    return found === undefined ? [] : [`${where}: ${found}`]
  })
  return {
    name,
    ok: problems.length === 0,
    detail: problems.join('; ') || `holds in ${all.map(({ where }) => where).join(', ')}`,
    shown: 'when failed',
  }
}

function wrongRows(scenario: Scenario, output: Repetition['output'], mayLack: boolean): string | undefined {
  const { workload } = scenario
  const cards = output.uploads * workload.cardsPerUpload
  const epics = Math.ceil(cards / workload.cardsPerEpic)
  const stories = epics * workload.storiesPerEpic
  const expected = { cards, epics, stories, subtasks: stories * workload.subtasksPerStory }
  const wrong = (Object.keys(expected) as (keyof typeof expected)[]).filter((name) =>
    mayLack ? output[name] > expected[name] : output[name] !== expected[name],
  )
  return wrong.length === 0
    ? undefined
    : wrong.map((name) => `${output[name]} ${name}, expected ${expected[name]}`).join(', ')
}

function withinBudget(budgetMs: number, all: readonly Named[]): Check {
  const held = check('no invocation exceeded its budget', all, ({ invocations }) => {
    const longest = longestOf(invocations)
    return longest <= budgetMs ? undefined : `${longest} ms of ${budgetMs} ms`
  })
  const [first, ...others] = all.map(({ where, repetition }) => ({
    where,
    ms: longestOf(repetition.invocations),
  }))
  if (!held.ok || first === undefined) return { ...held, shown: 'always' }
  const { where, ms } = others.reduce((longest, one) => (one.ms > longest.ms ? one : longest), first)
  return {
    ...held,
    detail: `the longest took ${formatDuration(ms)} of ${formatDuration(budgetMs)} (${where})`,
    shown: 'always',
  }
}

function longestOf(invocations: Repetition['invocations']): number {
  return Math.max(...invocations.map((invocation) => invocation.endMs - invocation.startMs))
}

/**
 * A run that was handed over leaves what a run leaves that never was: the unbounded one, or a mode that
 * ended within one invocation, in which the budget stopped nothing. Without continuations there is nothing
 * to check.
 */
function sameAsUnbounded(all: readonly Named[], unbounded: UnboundedResult | null): Check[] {
  const continued = all.filter(({ repetition }) => repetition.invocations.length > 1)
  const single = all.find(({ repetition }) => repetition.invocations.length === 1)
  const reference =
    unbounded !== null
      ? { ...unbounded, where: `${unbounded.mode} without a budget` }
      : single && { ...single.repetition, where: single.where, invocations: 1 }
  if (continued.length === 0 || reference === undefined) return []
  const counted = ({ where, repetition }: Named) => `${where} (${repetition.invocations.length} invocations)`
  const problems = [
    ...(reference.invocations === 1
      ? []
      : [`${reference.where} took ${reference.invocations} invocations, expected 1`]),
    ...continued
      .filter(({ repetition }) => repetition.output.digest !== reference.output.digest)
      .map((one) => `${counted(one)} ≠ ${reference.where}`),
  ]
  return [
    {
      name: 'continued runs left what one unbounded run leaves',
      ok: problems.length === 0,
      detail:
        problems.join('; ') || `${continued.map(counted).join(', ')} = ${reference.where} (1 invocation)`,
      shown: 'always',
    },
  ]
}

function sameOutput(all: readonly Named[]): Check {
  const digests = groupByDigest(all)
  const groups = [...digests.values()].map((group) => group.map(({ where }) => where).join(' = '))
  return {
    name: 'every mode gave the same cards, stories and subtasks',
    ok: digests.size === 1,
    detail: groups.join(' ≠ '),
    shown: 'when failed',
  }
}

function groupByDigest(all: readonly Named[]): Map<string, Named[]> {
  const groups = new Map<string, Named[]>()
  for (const named of all) {
    const { digest } = named.repetition.output
    groups.set(digest, [...(groups.get(digest) ?? []), named])
  }
  return groups
}

/** Under the virtual clock a repetition differs from another in nothing but the real time it took. */
function sameRepetitions(modes: readonly ModeResult[]): Check {
  const differing = modes.filter(({ repetitions }) => {
    const [first, ...others] = repetitions.map(({ wallMs: _, ...exact }) => exact)
    return others.some((other) => !isDeepStrictEqual(first, other))
  })
  return {
    name: 'repetitions are equal to the digit',
    ok: differing.length === 0,
    detail: differing.length > 0 ? `they differ in ${names(differing)}` : `holds in ${names(modes)}`,
    shown: 'when failed',
  }
}

function names(modes: readonly ModeResult[]): string {
  return modes.map((mode) => mode.mode).join(', ')
}
