/** What a reader wants to know of each tier: what it gains, whether it is safe, and what the plan promised. */
import { formatCount, formatRatio, roundRatio } from '../format/number.ts'
import type { VerifyResult } from '../verify/verify-schema.ts'
import type { ClaimRow, ClaimVerdict } from './claims.ts'
import type { ScenarioFigures } from './result-figures.ts'

export interface TierStory {
  readonly tier: 1 | 2 | 3
  readonly mode: string
  /** What it changes, in plain words. */
  readonly what: string
  /** End to end against tier 0, over the scenarios that judge the plan, or all where none does. */
  readonly gain: { readonly least: number; readonly most: number; readonly scenarios: number } | null
  /** `1.01x`, `3.4x to 5.6x`. */
  readonly gainText: string
  /** Against the plan; null where it gives no figure for the tier's duration. */
  readonly plan: { readonly expected: string; readonly verdict: ClaimVerdict } | null
  readonly safety: TierSafety
}

export type TierSafety =
  | { readonly state: 'safe' | 'unsafe'; readonly reasons: readonly string[]; readonly from: string }
  /** Nothing was violated, and not every hazard that the tier removes was run. */
  | { readonly state: 'partial'; readonly run: number; readonly promised: number; readonly from: string }
  | { readonly state: 'unknown'; readonly command: string }

const TIERS = [
  {
    tier: 1,
    mode: 'batched',
    what: 'Many rows in one statement, and a log that loses no line.',
    claim: 'tier-1-duration',
  },
  {
    tier: 2,
    mode: 'safe',
    what: 'Optimistic locking and transactions: what makes it safe for more than one worker.',
    claim: null,
  },
  {
    tier: 3,
    mode: 'parallel',
    what: 'Several uploads and epics at once, within the limits of the API key.',
    claim: 'tier-3-duration',
  },
] as const

/** Gains below this are called none in words; the figures beside them say more. */
const SHOWS = 0.05

export function tierStories(
  scenarios: readonly ScenarioFigures[],
  verified: readonly VerifyResult[],
): readonly TierStory[] {
  const judging = scenarios.filter(({ scenario }) => scenario.judgesPlan)
  const used = judging.length > 0 ? judging : scenarios
  return TIERS.flatMap(({ tier, mode, what, claim }): TierStory[] => {
    const columns = used.flatMap(({ modes }) => modes.filter((one) => one.mode === mode))
    if (columns.length === 0) return []
    const gains = columns.flatMap(({ speedUp }) => (speedUp === null ? [] : [speedUp]))
    const gain =
      gains.length === 0
        ? null
        : { least: Math.min(...gains), most: Math.max(...gains), scenarios: gains.length }
    const rows = judging.flatMap(({ claims }) => claims.filter(({ id }) => id === claim))
    return [
      {
        tier,
        mode,
        what,
        gain,
        gainText: textOf(gain),
        plan: planOf(rows),
        safety: safetyOf(tier, verified),
      },
    ]
  })
}

/** The page's first sentence, made from the gains. */
export function storyHeadline(stories: readonly TierStory[]): string {
  const known = stories.flatMap(({ tier, gain, gainText }) =>
    gain === null ? [] : [{ tier, gain, gainText }],
  )
  if (known.length === 0) return 'What each tier gains'
  const faster = known.filter(({ gain }) => gain.most >= 1 + SHOWS)
  const level = known.filter(({ gain }) => gain.most < 1 + SHOWS && gain.least > 1 - SHOWS)
  const slower = known.filter(({ gain }) => gain.most < 1 + SHOWS && gain.least <= 1 - SHOWS)
  const clauses = [
    ...faster
      .reverse()
      .map(({ tier, gainText }) => `Tier ${tier} makes runs ${gainText.replaceAll('x', '')} times as fast`),
    ...(level.length > 0
      ? [
          `Tier${level.length > 1 ? 's' : ''} ${level.map(({ tier }) => tier).join(' and ')} ${
            level.length > 1 ? 'change' : 'changes'
          } less than ${SHOWS * 100} %`,
        ]
      : []),
    ...slower.map(
      ({ tier, gainText }) => `Tier ${tier} makes runs ${gainText.replaceAll('x', '')} times as fast`,
    ),
  ]
  return `${clauses.join('; ')}.`
}

function textOf(gain: TierStory['gain']): string {
  if (gain === null) return formatRatio(null)
  const [least, most] = [formatRatio(gain.least), formatRatio(gain.most)]
  return roundRatio(gain.least) === roundRatio(gain.most) ? most : `${least} to ${most}`
}

/** The worst verdict over the scenarios: a promise is kept where it is kept everywhere. */
function planOf(rows: readonly ClaimRow[]): TierStory['plan'] {
  const order: readonly ClaimVerdict[] = ['less than expected', 'as expected', 'better than expected']
  const judged = rows.filter(({ verdict }) => order.includes(verdict))
  const [worst] = [...judged].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
  return worst === undefined ? null : { expected: worst.expected, verdict: worst.verdict }
}

function safetyOf(tier: TierStory['tier'], verified: readonly VerifyResult[]): TierSafety {
  const found = verified.find((one) => one.tier === tier)
  if (found === undefined) return { state: 'unknown', command: `npm run verify -- --tier ${tier}` }
  const { rollOut, reasons } = found.verdict
  const { git } = found.environment
  const from = `verify, ${formatCount(found.schedules)} schedules a hazard, ${
    git === null ? 'commit unknown' : `commit ${git.commit.slice(0, 12)}${git.dirty ? ' with changes' : ''}`
  }`
  if (!rollOut) {
    const part = partOf(found)
    if (part !== null) return { state: 'partial', ...part, from }
  }
  return { state: rollOut ? 'safe' : 'unsafe', reasons, from }
}

/** How many of the hazards that a tier removes were run; null where all were, or anything speaks against it. */
export function partOf(result: VerifyResult): { readonly run: number; readonly promised: number } | null {
  const promised = result.hazards.filter((hazard) => hazard.promised)
  const run = promised.filter(({ verdict }) => verdict !== 'not-run')
  const isClean =
    run.every(
      ({ verdict, on, off }) => verdict === 'removed' && on.broken.length + off.broken.length === 0,
    ) &&
    !result.real?.some(({ state }) => state === 'failed') &&
    !result.advice.lowerTiers.some(({ state }) => state === 'do-not-roll-out')
  return isClean && run.length < promised.length ? { run: run.length, promised: promised.length } : null
}
