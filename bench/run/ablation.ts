import { danger, type FlagName, type Flags, formatFlags, TIER_FLAGS, type Tier } from '../../engine/index.ts'
import type { Ablation, AblationStep, Check } from '../../reports/index.ts'
import type { Scenario } from '../../scenarios/index.ts'
import { modeOfTier } from './modes.ts'
import { checkRuns, type PointRun, pointOf, type RunOf } from './run-point.ts'

/** Flags to run with, or why they are not run. */
type Planned = { readonly flags: Flags } | { readonly refused: string }

interface PlannedStep {
  readonly flag: string
  readonly tier: Tier
  readonly added: Flags
  readonly alone: Planned
  readonly without: Planned
}

/**
 * The flags that tier 3 sets in a scenario, each in turn: alone, added to those before it, and taken out of
 * all of them. A flag that the scenario leaves as tier 0 has it is none of them.
 */
export function ablationSteps(scenario: Scenario, allowUnsafe: boolean): readonly PlannedStep[] {
  const none = TIER_FLAGS[0]
  const all = modeOfTier(3).flagsFor(scenario)
  const names = (Object.keys(none) as FlagName[]).filter((name) => all[name] !== none[name])
  const planned = (flags: Flags): Planned => {
    const refused = allowUnsafe ? undefined : danger(flags)
    return refused === undefined ? { flags } : { refused }
  }
  let added: Flags = none
  return names.map((name) => {
    added = { ...added, [name]: all[name] }
    return {
      flag: formatFlags({ ...none, [name]: all[name] }),
      tier: ([1, 2] as const).find((tier) => TIER_FLAGS[tier][name] !== none[name]) ?? 3,
      added,
      alone: planned({ ...none, [name]: all[name] }),
      without: planned({ ...all, [name]: none[name] }),
    }
  })
}

/** All sets of flags that an ablation runs, each once. */
export function ablationFlags(scenario: Scenario, allowUnsafe: boolean): readonly Flags[] {
  const sets = [
    TIER_FLAGS[0],
    ...ablationSteps(scenario, allowUnsafe).flatMap(({ added, alone, without }) => [
      added,
      ...[alone, without].flatMap((one) => ('flags' in one ? [one.flags] : [])),
    ]),
  ]
  return [...new Map(sets.map((flags) => [formatFlags(flags), flags])).values()]
}

/**
 * Runs a scenario with each flag by itself.
 * @param run Not called twice with the same flags.
 */
export async function ablate(
  scenario: Scenario,
  allowUnsafe: boolean,
  run: RunOf,
): Promise<{ readonly ablation: Ablation; readonly check: Check }> {
  const runs = new Map<string, PointRun>()
  const point = async (flags: Flags) => {
    const key = formatFlags(flags) || 'no flags'
    let known = runs.get(key)
    if (known === undefined) {
      const repetition = await run(scenario, `ablation: ${key}`, flags)
      // Slots without the governor may meet more 429s than their retries last for: a finding.
      known = { where: key, flags, repetition, mayFail: true }
      runs.set(key, known)
    }
    return pointOf(known.repetition)
  }
  const optional = async (planned: Planned) =>
    'flags' in planned
      ? { point: await point(planned.flags), refused: null }
      : { point: null, refused: planned.refused }
  const base = await point(TIER_FLAGS[0])
  const steps: AblationStep[] = []
  for (const { flag, tier, added, ...planned } of ablationSteps(scenario, allowUnsafe)) {
    const alone = await optional(planned.alone)
    const without = await optional(planned.without)
    steps.push({
      flag,
      tier,
      flags: added,
      alone: alone.point,
      aloneRefused: alone.refused,
      added: await point(added),
      without: without.point,
      withoutRefused: without.refused,
    })
  }
  const check = checkRuns('what must hold of the modes holds of each flag', scenario, [...runs.values()])
  return { ablation: { base, steps }, check }
}
