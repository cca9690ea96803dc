import { isDeepStrictEqual } from 'node:util'
import type { ModeResult, Repetition, ScenarioResult } from '../../reports/index.ts'
import type { Scenario } from '../../scenarios/index.ts'
import type { BenchClock } from '../clock/index.ts'

type Check = ScenarioResult['checks'][number]
/** One repetition and the mode that it belongs to, as a check's message names it. */
type Named = { readonly where: string; readonly repetition: Repetition }

/** What must hold of every scenario, whatever was measured. */
export function checkScenario(
  scenario: Scenario,
  modes: readonly ModeResult[],
  clock: BenchClock['kind'],
): Check[] {
  const all = modes.flatMap((mode) =>
    mode.repetitions.map((repetition, index) => ({
      where: mode.repetitions.length > 1 ? `${mode.mode} (repetition ${index + 1})` : mode.mode,
      repetition,
    })),
  )
  return [
    check('every run finished with nothing failed', all, ({ output }) =>
      output.runStatus === 'COMPLETED' && output.failedItems === 0
        ? undefined
        : `${output.runStatus}, ${output.failedItems} failed${output.firstError ? `, the first: ${output.firstError}` : ''}`,
    ),
    check('the database holds as many rows as the scenario asks for', all, ({ output }) =>
      missingRows(scenario, output),
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
    check('no invocation exceeded its budget', all, ({ invocations }) => {
      const longest = Math.max(...invocations.map((invocation) => invocation.endMs - invocation.startMs))
      return longest <= scenario.engine.budgetMs
        ? undefined
        : `${longest} ms of ${scenario.engine.budgetMs} ms`
    }),
    sameOutput(all),
    ...(clock === 'virtual' && all.length > modes.length ? [sameRepetitions(modes)] : []),
  ]
}

function check(
  name: string,
  all: readonly Named[],
  problem: (repetition: Repetition) => string | undefined,
): Check {
  const problems = all.flatMap(({ where, repetition }) => {
    const found = problem(repetition)
    return found === undefined ? [] : [`${where}: ${found}`]
  })
  return {
    name,
    ok: problems.length === 0,
    detail: problems.join('; ') || `holds in ${all.map(({ where }) => where).join(', ')}`,
  }
}

function missingRows(scenario: Scenario, output: Repetition['output']): string | undefined {
  const { workload } = scenario
  const cards = output.uploads * workload.cardsPerUpload
  const epics = Math.ceil(cards / workload.cardsPerEpic)
  const stories = epics * workload.storiesPerEpic
  const expected = { cards, epics, stories, subtasks: stories * workload.subtasksPerStory }
  const wrong = (Object.keys(expected) as (keyof typeof expected)[]).filter(
    (name) => output[name] !== expected[name],
  )
  return wrong.length === 0
    ? undefined
    : wrong.map((name) => `${output[name]} ${name}, expected ${expected[name]}`).join(', ')
}

function sameOutput(all: readonly Named[]): Check {
  const digests = groupByDigest(all)
  const groups = [...digests.values()].map((group) => group.map(({ where }) => where).join(' = '))
  return {
    name: 'every mode gave the same cards, stories and subtasks',
    ok: digests.size === 1,
    detail: groups.join(' ≠ '),
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
  }
}

function names(modes: readonly ModeResult[]): string {
  return modes.map((mode) => mode.mode).join(', ')
}
