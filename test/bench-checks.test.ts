import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { checkScenario, generateDocuments, type Measured, modeOfTier, runBench } from '../bench/run/index.ts'
import type { Repetition, ScenarioResult } from '../reports/index.ts'
import { type Scenario, smoke } from '../scenarios/index.ts'

/** With a variant that meets the same limits as its mode, and budgets that make continuations. */
const scenario: Scenario = {
  ...smoke,
  engine: { ...smoke.engine, budgetMs: 12_000 },
  variants: [{ name: 'no governor', of: 'parallel', flags: 'rateGovernor=off', description: '' }],
}

let server: DatabaseServer
let measured: ScenarioResult
beforeAll(async () => {
  server = await startDatabaseServer({})
  const [result] = await runBench(
    {
      scenarios: [scenario],
      modes: [modeOfTier(2), modeOfTier(3)],
      variants: true,
      seed: 1,
      clock: 'virtual',
      repetitions: 1,
      allowUnsafe: false,
      documentsFor: (one) => generateDocuments(one, 1),
    },
    server,
    { started: () => {}, ended: () => {} },
    new AbortController().signal,
  )
  if (result === undefined) throw new Error('expected a scenario in the result')
  measured = result
})
afterAll(() => server.close())

type Change = (repetition: Repetition) => Partial<Repetition>

/** The names of the checks that fail when the repetitions of these modes or variants were other than they are. */
function failing(which: string, change: Change, others: Partial<Measured> = {}): string[] {
  const changed = <M extends { mode: string; repetitions: Repetition[] }>(modes: M[]): M[] =>
    modes.map((mode) =>
      mode.mode === which
        ? { ...mode, repetitions: mode.repetitions.map((one) => ({ ...one, ...change(one) })) }
        : mode,
    )
  const { unbounded } = measured
  const checks = checkScenario(
    scenario,
    { modes: changed(measured.modes), variants: changed(measured.variants), unbounded, ...others },
    'virtual',
  )
  return checks.filter((check) => !check.ok).map((check) => check.name)
}
const output = (changes: Partial<Repetition['output']>) => (one: Repetition) => ({
  output: { ...one.output, ...changes },
})
const itemsFailed: Change = ({ output: left }) => ({
  output: {
    ...left,
    runStatus: 'COMPLETED_WITH_ERRORS',
    completedItems: left.completedItems - 1,
    failedItems: 1,
    subtasks: left.subtasks - 2,
    digest: 'other',
  },
})
const BUDGET = 'no invocation exceeded its budget'
const UNBOUNDED = 'continued runs left what one unbounded run leaves'

test('all checks hold of what was measured, and every mode was continued', () => {
  expect(failing('none', () => ({}))).toEqual([])
  expect(measured.checks.map((check) => check.name)).toContain(UNBOUNDED)
})

test.each(['safe', 'parallel', 'no governor'])(
  'an invocation of %s over its budget fails a check',
  (which) => {
    const invocations = [{ startMs: 5, endMs: 12_006, outcome: 'COMPLETED' }]
    expect(failing(which, () => ({ invocations }))).toEqual([BUDGET])
  },
)

test('an invocation as long as its budget is within it', () => {
  expect(failing('safe', () => ({ invocations: [{ startMs: 0, endMs: 12_000, outcome: 'x' }] }))).toEqual([])
})

test('a continued run that left something else than the unbounded run fails a check', () => {
  expect(failing('parallel', output({ digest: 'other' }))).toContain(UNBOUNDED)
})

test('where every mode was continued alike, another output of the unbounded run fails a check', () => {
  if (measured.unbounded === null) throw new Error('expected an unbounded run')
  const other = { ...measured.unbounded, output: { ...measured.unbounded.output, digest: 'other' } }
  expect(failing('none', () => ({}), { unbounded: other })).toEqual([UNBOUNDED])
})

test('an unbounded run that was continued is none', () => {
  if (measured.unbounded === null) throw new Error('expected an unbounded run')
  const continued = { ...measured.unbounded, invocations: 2 }
  expect(failing('none', () => ({}), { unbounded: continued })).toEqual([UNBOUNDED])
})

test('failed items of a mode fail the checks of completeness', () => {
  expect(failing('parallel', itemsFailed)).toEqual([
    'every run finished with nothing failed',
    'the database holds as many rows as the scenario asks for',
    'every mode gave the same cards, stories and subtasks',
    UNBOUNDED,
  ])
})

test('failed items of a variant are its finding', () => {
  expect(failing('no governor', itemsFailed)).toEqual([])
})

test('a variant without failed items must be as complete as the modes', () => {
  expect(failing('no governor', output({ subtasks: 7, digest: 'other' }))).toEqual([
    'the database holds as many rows as the scenario asks for',
    'every mode gave the same cards, stories and subtasks',
  ])
})

test.each([
  ['rows too many', { subtasks: 9 }, 'the database holds as many rows as the scenario asks for'],
  ['a lost count', { completedItems: 6 }, 'the counters of the run add up'],
  ['a lost log line', { logLines: 1 }, 'no log line was lost'],
])('failed items of a variant do not excuse %s', (_, changes, name) => {
  const both: Change = (one) => output(changes)({ ...one, ...itemsFailed(one) })
  expect(failing('no governor', both)).toEqual([name])
})
