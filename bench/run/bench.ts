import { createHash } from 'node:crypto'
import { formatFlags } from '../../engine/index.ts'
import type { BenchResult, ModeResult, ScenarioResult, VariantResult } from '../../reports/index.ts'
import { type Scenario, scaled, smoke } from '../../scenarios/index.ts'
import type { BenchClock } from '../clock/index.ts'
import type { DatabaseSource } from '../environment/index.ts'
import { ablate, ablationFlags } from './ablation.ts'
import { checkScenario } from './checks.ts'
import { countWords, type Documents, generateDocuments } from './documents.ts'
import { type Mode, modeOfTier, modeOfVariant } from './modes.ts'
import { runMode } from './run-mode.ts'
import { type RunSetting, runOnce } from './run-once.ts'
import type { RunOf } from './run-point.ts'
import { concurrentSubjects, type Growth, growConcurrency, growWorkload } from './scaling.ts'
import { isContinuedInEveryMode, runUnbounded } from './unbounded.ts'

/** What is to be measured. */
export interface BenchPlan {
  readonly scenarios: readonly Scenario[]
  readonly modes: readonly Mode[]
  /** Whether the variants that a scenario names are run beside its modes. */
  readonly variants: boolean
  readonly seed: number
  readonly clock: BenchClock['kind']
  /** Executions of each scenario in each mode. One is enough in virtual time, where all are equal. */
  readonly repetitions: number
  readonly allowUnsafe: boolean
  /** Whether small runs that are not reported go first. @default true */
  readonly warmUp?: boolean
  /** Whether each flag is run by itself, too; on the virtual clock. @default false */
  readonly ablate?: boolean
  /** Larger workloads and other concurrencies, on the virtual clock. @default none */
  readonly growth?: Growth
  /** The documents that a scenario runs on. */
  documentsFor(scenario: Scenario): Documents
}

export interface BenchProgress {
  /** Told before each run of something: a mode, a variant, or a single run beside them. */
  started(scenario: Scenario, what: string): void
  /** Told after it. */
  ended(scenario: Scenario, what: string, times: RunTimes): void
  /** Told in its place of one that came to no end, where the others go on. */
  brokeOff?(scenario: Scenario, what: string): void
}

export interface RunTimes {
  /** On the run's clock, ms; of several repetitions the median. */
  readonly durationMs: number
  /** Real time of all repetitions, ms. */
  readonly wallMs: number
}

/** How often progress is told of a run. */
export function countRuns({ scenarios, modes, variants, allowUnsafe, ablate, growth }: BenchPlan): number {
  return scenarios.reduce((sum, scenario) => {
    const measured = modes.length + (variants ? scenario.variants.length : 0)
    const known = new Set(modes.map((mode) => formatFlags(mode.flagsFor(scenario))))
    const flags = ablate ? ablationFlags(scenario, allowUnsafe) : []
    const subjects = growth ? concurrentSubjects(scenario, modes, variants, allowUnsafe) : []
    return (
      sum +
      measured * (growth?.scales.length || 1) +
      flags.filter((one) => !known.has(formatFlags(one))).length +
      subjects.length * (growth?.concurrencies.length ?? 0)
    )
  }, 0)
}

/**
 * Runs the plan: every scenario in every mode, one after the other.
 * @throws BrokenRunError where a run came to no end, or its instruments contradict each other.
 */
export async function runBench(
  plan: BenchPlan,
  server: DatabaseSource,
  progress: BenchProgress,
  signal: AbortSignal,
): Promise<BenchResult['scenarios']> {
  if (plan.warmUp !== false) await warmUp(plan, server, signal)
  const results: ScenarioResult[] = []
  for (const scenario of plan.scenarios) {
    results.push(await runScenario(plan, scenario, server, progress, signal))
  }
  return results
}

/** @param original Without the plan's scale. */
async function runScenario(
  plan: BenchPlan,
  original: Scenario,
  server: DatabaseSource,
  progress: BenchProgress,
  signal: AbortSignal,
): Promise<ScenarioResult> {
  const { growth = { scales: [1], concurrencies: [] } } = plan
  const scenario = scaled(original, growth.scales[0] ?? 1)
  const documents = plan.documentsFor(scenario)
  const run = async (mode: Mode) => {
    progress.started(scenario, mode.name)
    const setting = settingOf(plan, server, scenario, mode, documents, signal)
    const result = await runMode(mode, setting, plan.clock, plan.repetitions)
    const wallMs = result.repetitions.reduce((sum, repetition) => sum + repetition.wallMs, 0)
    progress.ended(scenario, mode.name, { durationMs: result.duration.p50Ms, wallMs })
    return result
  }
  const modes: ModeResult[] = []
  for (const mode of plan.modes) modes.push(await run(mode))
  const variants: VariantResult[] = []
  for (const variant of plan.variants ? scenario.variants : []) {
    const { of, description } = variant
    variants.push({ ...(await run(modeOfVariant(variant))), of, description })
  }
  const [first] = plan.modes
  const unbounded =
    first !== undefined && isContinuedInEveryMode(modes)
      ? await runUnbounded(first.name, settingOf(plan, server, scenario, first, documents, signal))
      : null
  const beside = await runBeside(plan, original, { modes, variants }, server, progress, signal)
  return {
    name: scenario.name,
    title: scenario.title,
    description: scenario.description,
    judgesPlan: scenario.judgesPlan,
    hash: createHash('sha256')
      .update(JSON.stringify({ scenario, uploads: documents.uploads }))
      .digest('hex'),
    seed: plan.seed,
    uploads: {
      source: documents.source,
      files: documents.uploads.length,
      words: countWords(documents.uploads),
    },
    definition: { ...scenario },
    budgetMs: scenario.engine.budgetMs,
    modes,
    variants,
    unbounded,
    ablation: beside.ablation,
    scaling: beside.scaling,
    checks: [...checkScenario(scenario, { modes, variants, unbounded }, plan.clock), ...beside.checks],
  }
}

/** The single runs that were asked for beside the modes. What a mode has measured is not run again. */
async function runBeside(
  plan: BenchPlan,
  original: Scenario,
  { modes, variants }: Pick<ScenarioResult, 'modes' | 'variants'>,
  server: DatabaseSource,
  progress: BenchProgress,
  signal: AbortSignal,
): Promise<Pick<ScenarioResult, 'ablation' | 'scaling' | 'checks'>> {
  const { growth = { scales: [1], concurrencies: [] } } = plan
  const scenario = scaled(original, growth.scales[0] ?? 1)
  const run: RunOf = async (of, what, flags) => {
    progress.started(of, what)
    const { allowUnsafe, seed } = plan
    const { uploads } = plan.documentsFor(of)
    const setting = { server, scenario: of, flags, allowUnsafe, seed, uploads, signal }
    const repetition = await runOnce({ ...setting, clock: 'virtual' })
    progress.ended(of, what, repetition)
    return repetition
  }
  const measured = new Map([...modes, ...variants].map(({ mode, repetitions: [one] }) => [mode, one]))
  const byFlags = new Map(modes.map(({ flags, repetitions: [one] }) => [formatFlags(flags), one]))
  const ablation = plan.ablate
    ? await ablate(scenario, plan.allowUnsafe, async (of, what, flags) => {
        return byFlags.get(formatFlags(flags)) ?? run(of, what, flags)
      })
    : undefined
  const workload = await growWorkload(original, growth, plan.modes, plan.variants, measured, run)
  const subjects = concurrentSubjects(scenario, plan.modes, plan.variants, plan.allowUnsafe)
  const concurrency = await growConcurrency(scenario, growth, subjects, run)
  return {
    ablation: ablation?.ablation ?? null,
    scaling: [...workload.curves, ...concurrency.curves],
    checks: [...(ablation ? [ablation.check] : []), ...workload.checks, ...concurrency.checks],
  }
}

/**
 * Small runs that are not reported: the first runs of a process pay for compiling its code and Prisma's
 * queries. No figure of the virtual clock depends on it, but the real time that a run took does.
 */
async function warmUp(plan: BenchPlan, server: DatabaseSource, signal: AbortSignal): Promise<void> {
  const { uploads } = generateDocuments(smoke, plan.seed)
  for (const tier of [0, 3, 0] as const) {
    await runOnce({
      server,
      scenario: smoke,
      flags: modeOfTier(tier).flagsFor(smoke),
      allowUnsafe: false,
      seed: plan.seed,
      uploads,
      clock: 'virtual',
      signal,
    })
  }
}

function settingOf(
  { seed, allowUnsafe }: BenchPlan,
  server: DatabaseSource,
  scenario: Scenario,
  mode: Mode,
  { uploads }: Documents,
  signal: AbortSignal,
): Omit<RunSetting, 'clock'> {
  return { server, scenario, flags: mode.flagsFor(scenario), allowUnsafe, seed, uploads, signal }
}
