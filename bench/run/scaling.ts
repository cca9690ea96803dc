import { danger, type Flags } from '../../engine/index.ts'
import type { Check, Repetition, ScalingCurve } from '../../reports/index.ts'
import { type Scenario, scaled } from '../../scenarios/index.ts'
import { type Mode, modeOfVariant } from './modes.ts'
import { checkRuns, type PointRun, pointOf, type RunOf } from './run-point.ts'

/** What is to grow. */
export interface Growth {
  /** Sizes of the workload, as multiples of the scenario's documents, rising; the modes run at the first. */
  readonly scales: readonly number[]
  /** Values of parallelUploads and parallelEpics, rising; empty for no such curve. */
  readonly concurrencies: readonly number[]
}

interface Subject {
  readonly mode: Mode
  /** A variant: its items may fail for good. */
  readonly mayFail: boolean
}

function subjectsOf(scenario: Scenario, modes: readonly Mode[], variants: boolean): Subject[] {
  return [
    ...modes.map((mode) => ({ mode, mayFail: false })),
    ...(variants ? scenario.variants : []).map((one) => ({ mode: modeOfVariant(one), mayFail: true })),
  ]
}

/** The modes that concurrency means something in: parallel mode, flags of the user's own, and their variants. */
export function concurrentSubjects(
  scenario: Scenario,
  modes: readonly Mode[],
  variants: boolean,
  allowUnsafe: boolean,
): readonly Subject[] {
  return subjectsOf(scenario, modes, variants).filter(
    ({ mode }) =>
      (mode.tier === null || mode.tier === 3) &&
      (allowUnsafe || danger(withConcurrency(mode.flagsFor(scenario), 2)) === undefined),
  )
}

export function withConcurrency(flags: Flags, n: number): Flags {
  return { ...flags, parallelUploads: n, parallelEpics: n }
}

/**
 * How the modes grow with the workload. What was measured at the first size is taken from there.
 * @param original The scenario as it is without a scale.
 * @param measured Repetitions at the first size, by mode and variant.
 */
export async function growWorkload(
  original: Scenario,
  { scales }: Growth,
  modes: readonly Mode[],
  variants: boolean,
  measured: ReadonlyMap<string, Repetition | undefined>,
  run: RunOf,
): Promise<{ readonly curves: readonly ScalingCurve[]; readonly checks: readonly Check[] }> {
  if (scales.length < 2) return { curves: [], checks: [] }
  const [first] = scales
  const subjects = subjectsOf(original, modes, variants)
  const points = new Map<string, ScalingCurve['points']>(subjects.map(({ mode }) => [mode.name, []]))
  const checks: Check[] = []
  for (const value of scales) {
    const scenario = scaled(original, value)
    const runs: PointRun[] = []
    for (const { mode, mayFail } of subjects) {
      const flags = mode.flagsFor(scenario)
      const known = value === first ? measured.get(mode.name) : undefined
      const repetition = known ?? (await run(scenario, mode.name, flags))
      points.get(mode.name)?.push({ value, ...pointOf(repetition) })
      runs.push({ where: mode.name, flags, repetition, mayFail })
    }
    if (value !== first)
      checks.push(checkRuns(`what must hold holds at ${value} times the documents`, scenario, runs))
  }
  return { curves: [...points].map(([mode, of]) => ({ axis: 'scale', mode, points: of })), checks }
}

/** How the modes that can grow with the slots they have. */
export async function growConcurrency(
  scenario: Scenario,
  { concurrencies }: Growth,
  subjects: readonly Subject[],
  run: RunOf,
): Promise<{ readonly curves: readonly ScalingCurve[]; readonly checks: readonly Check[] }> {
  if (concurrencies.length === 0) return { curves: [], checks: [] }
  const runs: PointRun[] = []
  const curves: ScalingCurve[] = []
  for (const { mode, mayFail } of subjects) {
    const points: ScalingCurve['points'] = []
    for (const value of concurrencies) {
      const flags = withConcurrency(mode.flagsFor(scenario), value)
      const where = `${mode.name}, ${value} at once`
      const repetition = await run(scenario, where, flags)
      points.push({ value, ...pointOf(repetition) })
      runs.push({ where, flags, repetition, mayFail })
    }
    curves.push({ axis: 'concurrency', mode: mode.name, points })
  }
  const checks =
    runs.length === 0 ? [] : [checkRuns('what must hold holds at each concurrency', scenario, runs)]
  return { curves, checks }
}
