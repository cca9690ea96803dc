import { createHash } from 'node:crypto'
import { Bench } from 'tinybench'
import { formatFlags } from '../../engine/index.ts'
import type {
  BenchResult,
  ModeResult,
  Repetition,
  ScenarioResult,
  VariantResult,
} from '../../reports/index.ts'
import { type Scenario, smoke } from '../../scenarios/index.ts'
import type { BenchClock } from '../clock/index.ts'
import type { DatabaseServer } from '../environment/index.ts'
import { checkScenario } from './checks.ts'
import { countWords, type Documents, generateDocuments } from './documents.ts'
import { type Mode, modeOfTier, modeOfVariant } from './modes.ts'
import { BrokenRunError, type RunSetting, runOnce } from './run-once.ts'
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
  /** The documents that a scenario runs on. */
  documentsFor(scenario: Scenario): Documents
}

export interface BenchProgress {
  /** Told before each scenario and mode. */
  started(scenario: Scenario, mode: Mode): void
  /** Told after it. */
  ended(scenario: Scenario, mode: Mode, result: ModeResult): void
}

/**
 * Runs the plan: every scenario in every mode, one after the other.
 * @throws BrokenRunError where a run came to no end, or its instruments contradict each other.
 */
export async function runBench(
  plan: BenchPlan,
  server: DatabaseServer,
  progress: BenchProgress,
  signal: AbortSignal,
): Promise<BenchResult['scenarios']> {
  if (plan.warmUp !== false) await warmUp(plan, server, signal)
  const results: ScenarioResult[] = []
  for (const scenario of plan.scenarios) {
    const documents = plan.documentsFor(scenario)
    const run = async (mode: Mode) => {
      progress.started(scenario, mode)
      const result = await runMode(plan, server, scenario, mode, documents, signal)
      progress.ended(scenario, mode, result)
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
    results.push({
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
      ablation: null,
      scaling: [],
      checks: checkScenario(scenario, { modes, variants, unbounded }, plan.clock),
    })
  }
  return results
}

/**
 * Small runs that are not reported: the first runs of a process pay for compiling its code and Prisma's
 * queries. No figure of the virtual clock depends on it, but the real time that a run took does.
 */
async function warmUp(plan: BenchPlan, server: DatabaseServer, signal: AbortSignal): Promise<void> {
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
  server: DatabaseServer,
  scenario: Scenario,
  mode: Mode,
  { uploads }: Documents,
  signal: AbortSignal,
): Omit<RunSetting, 'clock'> {
  return { server, scenario, flags: mode.flagsFor(scenario), allowUnsafe, seed, uploads, signal }
}

/** tinybench repeats the run; the duration that it records is that of the run's own clock. */
async function runMode(
  plan: BenchPlan,
  server: DatabaseServer,
  scenario: Scenario,
  mode: Mode,
  documents: Documents,
  signal: AbortSignal,
): Promise<ModeResult> {
  const setting = settingOf(plan, server, scenario, mode, documents, signal)
  const { flags } = setting
  const repetitions: Repetition[] = []
  const bench = new Bench({
    iterations: plan.repetitions,
    time: 0,
    warmup: false,
    throws: true,
    name: scenario.name,
  })
  bench.add(
    mode.name,
    async () => {
      const repetition = await runOnce({ ...setting, clock: plan.clock })
      repetitions.push(repetition)
      return { overriddenDuration: repetition.durationMs }
    },
    { async: true },
  )
  const [task] = await bench.run()
  if (task?.result.state !== 'completed') {
    throw new BrokenRunError(
      `${scenario.name} in ${mode.name} mode (${formatFlags(flags) || 'no flags'}) was not completed`,
    )
  }
  const { mean, min, max, p50, sd, rme } = task.result.latency
  return {
    mode: mode.name,
    tier: mode.tier,
    flags,
    duration: {
      samples: repetitions.length,
      meanMs: mean,
      minMs: min,
      maxMs: max,
      p50Ms: p50,
      sdMs: sd,
      rmePercent: rme,
    },
    repetitions,
  }
}
