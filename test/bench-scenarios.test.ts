import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { generateDocuments, type Mode, modeOfTier, runBench } from '../bench/run/index.ts'
import type { ModeResult, Repetition, ScenarioResult } from '../reports/index.ts'
import { SCENARIOS, type Scenario, typical } from '../scenarios/index.ts'

let server: DatabaseServer
beforeAll(async () => {
  server = await startDatabaseServer({})
})
afterAll(() => server.close())

async function bench(scenario: Scenario, modes: readonly Mode[]): Promise<ScenarioResult> {
  const [result] = await runBench(
    {
      scenarios: [scenario],
      modes,
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
  return result
}

function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.find((candidate) => candidate.name === name)
  if (scenario === undefined) throw new Error(`no scenario ${name}`)
  return scenario
}

function repetitionOf(modes: readonly ModeResult[], name: string): Repetition {
  const repetition = modes.find((mode) => mode.mode === name)?.repetitions[0]
  if (repetition === undefined) throw new Error(`no mode ${name}`)
  return repetition
}
const rejected = ({ attempts }: Repetition) =>
  attempts.filter((attempt) => attempt.status === 429).length / attempts.length

test('at the rate limit the governor fails no item, wastes at most 1 % of attempts, and reaches 95 % of the bound; without it items fail', async () => {
  const { modes, variants, checks } = await bench(scenarioNamed('rate-limited'), [modeOfTier(3)])
  const governed = repetitionOf(modes, 'parallel')
  expect(governed.output).toMatchObject({ runStatus: 'COMPLETED', failedItems: 0 })
  expect(rejected(governed)).toBeLessThanOrEqual(0.01)
  expect(governed.efficiency).toBeGreaterThanOrEqual(0.95)
  const ungoverned = repetitionOf(variants, 'no governor')
  expect(ungoverned.output.failedItems).toBeGreaterThan(0)
  expect(rejected(ungoverned)).toBeGreaterThan(0.01)
  expect(variants[0]?.flags).toEqual({ ...modes[0]?.flags, rateGovernor: false })
  expect(checks.filter((check) => !check.ok)).toEqual([])
})

test('budgets of 60 s give many continuations in every mode, none too long, and the output of one unbounded run', async () => {
  const { modes, unbounded, checks, budgetMs } = await bench(
    scenarioNamed('continuation'),
    ([0, 1, 2, 3] as const).map(modeOfTier),
  )
  expect(budgetMs).toBe(60_000)
  for (const { mode, repetitions } of modes) {
    const [repetition] = repetitions
    expect(repetition?.invocations.length, mode).toBeGreaterThanOrEqual(4)
    for (const { startMs, endMs } of repetition?.invocations ?? [])
      expect(endMs - startMs, mode).toBeLessThanOrEqual(60_000)
    expect(repetition?.output.digest, mode).toBe(unbounded?.output.digest)
  }
  expect(unbounded?.invocations).toBe(1)
  expect(checks.filter((check) => !check.ok)).toEqual([])
})

test('where a mode ends within one invocation, that is the unbounded run', async () => {
  const small = { ...typical, workload: { ...typical.workload, uploads: 4 } }
  const { unbounded, checks } = await bench(small, [modeOfTier(1), modeOfTier(3)])
  expect(unbounded).toBeNull()
  expect(checks).toContainEqual({
    name: 'continued runs left what one unbounded run leaves',
    ok: true,
    detail: expect.stringMatching(/^batched \(\d+ invocations\) = parallel \(1 invocation\)$/),
    shown: 'always',
  })
})
