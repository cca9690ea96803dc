import { assertSafe, type Flags, FlagsError, parseFlags, TIER_FLAGS, type Tier } from '../../engine/index.ts'
import type { Scenario, ScenarioVariant } from '../../scenarios/index.ts'
import { UsageError } from './usage-error.ts'

/** A set of flags to run a scenario with, and its name in reports. */
export interface Mode {
  readonly name: string
  /** null for flags of the user's own. */
  readonly tier: Tier | null
  /** The flags in a scenario: parallel mode takes its concurrency from there. */
  flagsFor(scenario: Scenario): Flags
}

/** The modes that a scenario compares, each a tier. */
export const MODE_NAMES = ['sequential', 'batched', 'safe', 'parallel'] as const
export type ModeName = (typeof MODE_NAMES)[number]

function tierFlags(tier: Tier, scenario: Scenario): Flags {
  if (tier < 3) return TIER_FLAGS[tier]
  const { parallelUploads, parallelEpics } = scenario.engine
  return { ...TIER_FLAGS[tier], parallelUploads, parallelEpics }
}

/** The mode of a tier. */
export function modeOfTier(tier: Tier): Mode {
  return { name: MODE_NAMES[tier], tier, flagsFor: (scenario) => tierFlags(tier, scenario) }
}

/** The flags of a variant: those of its mode, and what it changes of them. */
export function modeOfVariant({ name, of, flags }: ScenarioVariant): Mode {
  const tier = MODE_NAMES.indexOf(of) as Tier
  return { name, tier: null, flagsFor: (scenario) => parseFlags(flags, tierFlags(tier, scenario)) }
}

/** What the user asked for, as written. */
export interface ModeRequest {
  readonly mode?: string | undefined
  readonly tier?: string | undefined
  readonly flags?: string | undefined
  readonly allowUnsafe: boolean
}

/**
 * The modes to run: all four, those named, that of a tier, or a set of flags on top of a tier (0 where
 * none is named).
 * @throws UsageError for an unknown mode, tier or flag, and for a combination that contradicts itself.
 */
export function resolveModes(request: ModeRequest): Mode[] {
  const { mode, tier, flags } = request
  if (mode !== undefined && (tier !== undefined || flags !== undefined)) {
    throw new UsageError(
      'expected --mode or --tier and --flags, got both: a mode is a tier, so say one of them',
    )
  }
  if (mode !== undefined) return parseModes(mode)
  const base = tier === undefined ? undefined : parseTier(tier)
  if (flags !== undefined) return [customMode(flags, base ?? 0, request.allowUnsafe)]
  return base === undefined ? ([0, 1, 2, 3] as const).map(modeOfTier) : [modeOfTier(base)]
}

/**
 * Whether the scenarios' variants run, too: beside all modes, yes. Who names a mode, a tier or flags gets
 * what was named and nothing else.
 */
export function includesVariants({ mode, tier, flags }: ModeRequest): boolean {
  return mode === undefined && tier === undefined && flags === undefined
}

function parseModes(text: string): Mode[] {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.filter((name) => !MODE_NAMES.some((mode) => mode === name))
  if (unknown.length > 0) {
    throw new UsageError(
      `expected modes out of ${MODE_NAMES.join(', ')}, got ${unknown.map((name) => `"${name}"`).join(', ')}`,
    )
  }
  return MODE_NAMES.flatMap((name, tier) => (names.includes(name) ? [modeOfTier(tier as Tier)] : []))
}

function parseTier(text: string): Tier {
  if (!/^[0-3]$/.test(text)) throw new UsageError(`expected a tier from 0 to 3, got "${text}"`)
  return Number(text) as Tier
}

function customMode(text: string, tier: Tier, allowUnsafe: boolean): Mode {
  const flagsFor = (base: Flags) => {
    try {
      const flags = parseFlags(text, base)
      assertSafe(flags, allowUnsafe)
      return flags
    } catch (error) {
      if (!(error instanceof FlagsError)) throw error
      const hint = error.code === 'DANGEROUS_FLAGS' ? ' (--allow-unsafe runs it all the same)' : ''
      throw new UsageError(
        `expected flags that can be used together, got --flags ${text}: ${error.message}${hint}`,
      )
    }
  }
  flagsFor(TIER_FLAGS[tier])
  return { name: 'custom', tier: null, flagsFor: (scenario) => flagsFor(tierFlags(tier, scenario)) }
}
