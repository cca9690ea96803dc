import { formatDuration } from '../format/duration.ts'
import type { LowerTier, RolloutAdvice, TierGain, VerifyResult } from './verify-schema.ts'

/** What is to be known before the flags are flipped: the order of the tiers, and what this one gains and costs. */
export function adviceSentences({ tier, advice }: Pick<VerifyResult, 'tier' | 'advice'>): string[] {
  return [orderSentence(tier, advice), ...advice.lowerTiers.map(lowerTierSentence), ...gains(tier, advice)]
}

function orderSentence(tier: number, { orderKept }: RolloutAdvice): string {
  if (tier === 1) return 'Order: Tier 1 comes first and needs no other.'
  const before = tier === 2 ? 'Tier 1' : 'Tiers 1 and 2'
  return orderKept
    ? `Order: kept, ${before} verified on this commit.`
    : `Order: not kept. Roll out ${before} first: the flags of Tier ${tier} include theirs.`
}

function lowerTierSentence({ tier, state, result }: LowerTier): string {
  if (result === null) return `Tier ${tier}: not verified: npm run verify -- --tier ${tier}`
  const { startedAt, commit, dirty, schedules, source, reason } = result
  const where = commit ? `, commit ${commit.slice(0, 8)}${dirty ? ' with uncommitted changes' : ''}` : ''
  const when = `${startedAt.slice(0, 16).replace('T', ' ')} UTC${where}, ${schedules} schedules for each hazard (${source})`
  switch (state) {
    case 'roll-out':
      return `Tier ${tier}: ROLL OUT, ${when}`
    case 'other-commit':
      return `Tier ${tier}: ROLL OUT, but not as it is now: ${when}. Verify it again.`
    case 'do-not-roll-out':
      return `Tier ${tier}: DO NOT ROLL OUT, ${when}: ${reason}`
    case 'not-verified':
      return `Tier ${tier}: not verified`
  }
}

function gains(tier: number, { bench }: RolloutAdvice): string[] {
  if (bench === null) return ['Gain: not measured here: --bench FILE takes a result.json of npm run bench.']
  return bench.gains.map((gain) => gainSentence(tier, gain))
}

function gainSentence(tier: number, { scenario, durationMs, roundTrips, costUsd }: TierGain): string {
  if (!durationMs || !roundTrips || !costUsd) {
    return `${scenario}: the result does not have both Tier ${tier} and Tier ${tier - 1}: nothing to compare.`
  }
  const share = (1 - durationMs.own / durationMs.below) * 100
  const change = share >= 0 ? `${share.toFixed(1)} % less` : `${(-share).toFixed(1)} % more`
  return `${scenario}: Tier ${tier} takes ${formatDuration(durationMs.own)}, Tier ${tier - 1} ${formatDuration(durationMs.below)} (${change}); round trips ${roundTrips.own} against ${roundTrips.below}; calls cost $${costUsd.own.toFixed(4)} against $${costUsd.below.toFixed(4)}.`
}
