import type { HazardResult, LowerTier, RealCheck, VerifyResult, VerifySide } from '../../reports/index.ts'

/** What can be said of a hazard from its two sides. */
export function hazardVerdict(promised: boolean, off: VerifySide, on: VerifySide): HazardResult['verdict'] {
  if (!promised) return 'not-promised'
  if (on.violated > 0) return 'violated'
  if (on.schedules === 0 || off.schedules === 0) return 'not-run'
  return off.violated > 0 ? 'removed' : 'not-shown'
}

/**
 * Whether the tier can be rolled out, and why (not).
 * @param shard Which part of the schedules was run: a part alone is no more than that.
 */
export function rolloutVerdict(
  tier: number,
  hazards: readonly HazardResult[],
  real: readonly RealCheck[] | null,
  cutShort: boolean,
  lowerTiers: readonly LowerTier[],
  shard: VerifyResult['shard'] = null,
): VerifyResult['verdict'] {
  const promised = hazards.filter((hazard) => hazard.promised)
  const reasons = [
    ...promised.flatMap((hazard) => problemOf(hazard)),
    ...(real ?? []).filter(({ state }) => state === 'failed').map(({ name, detail }) => `${name}: ${detail}`),
    ...lowerTiers.flatMap((lower) => problemOfLower(lower)),
    ...(cutShort ? ['the time limit ended it before all schedules were run'] : []),
  ]
  if (reasons.length > 0) return { rollOut: false, reasons }
  const schedules = promised.reduce((sum, { on }) => sum + on.schedules, 0)
  const left = hazards.filter((hazard) => !hazard.promised)
  const names = (which: readonly HazardResult[]) => which.map(({ id }) => id).join(', ')
  const there = left.filter(({ off }) => off.violated > 0)
  const unseen = left.filter(({ off }) => off.violated === 0)
  return {
    rollOut: true,
    reasons: [
      `${names(promised)}: each was shown with the flags off, and found in none of ${schedules} schedules with them on`,
      ...(there.length > 0 ? [`${names(there)}: not promised by Tier ${tier}, and still there`] : []),
      ...(unseen.length > 0 ? [`${names(unseen)}: not promised by Tier ${tier}, and not shown here`] : []),
      ...(shard
        ? [
            `this is part ${shard.index} of ${shard.of}: the tier can be rolled out only where every part says so`,
          ]
        : []),
    ],
  }
}

/** The flags of a tier include those of the tiers below: what is wrong there is wrong here. */
function problemOfLower({ tier, state, result }: LowerTier): string[] {
  if (state !== 'do-not-roll-out' || result === null) return []
  return [`Tier ${tier}, which comes before it, is not safe by ${result.source}: ${result.reason}`]
}

function problemOf({ id, title, verdict, off, on }: HazardResult): string[] {
  const broken = [...off.broken, ...on.broken]
  const lost = broken.length
    ? [`${id}: ${broken.length} schedules came to no end: ${broken[0]?.message.split('\n')[0]}`]
    : []
  switch (verdict) {
    case 'violated': {
      const [first] = on.failures
      const example = first ? `, e.g. ${first.name}: ${first.detail}` : ''
      return [`${id}, ${title}: violated in ${on.violated} of ${on.schedules}${example}`, ...lost]
    }
    case 'not-shown':
      return [
        `${id}, ${title}: not provoked in ${off.schedules} schedules with the flags off, so that its absence says nothing`,
        ...lost,
      ]
    case 'not-run':
      return [`${id}, ${title}: not run`, ...lost]
    case 'removed':
    case 'not-promised':
      return lost
  }
}
