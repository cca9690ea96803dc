import type { Ablation, RunPoint } from '../curves-schema.ts'
import { formatDuration } from '../format/duration.ts'
import { formatCount, formatRatio, NO_FIGURE } from '../format/number.ts'
import type { FigureTable } from './figure-table.ts'
import { ratioOf } from './spread.ts'

/** How much faster the second run is; null where one of them failed items, and so did less work. */
export function gainOf(before: RunPoint | null | undefined, after: RunPoint | null | undefined) {
  if (!before || !after || before.failedItems > 0 || after.failedItems > 0) return null
  return ratioOf(before.durationMs, after.durationMs)
}

/** What each flag of a scenario brings by itself. */
export function ablationTable({ base, steps }: Ablation): FigureTable {
  const all = steps.at(-1)?.added
  const duration = (point: RunPoint | null) => (point === null ? NO_FIGURE : formatDuration(point.durationMs))
  const row = (
    flag: string,
    tier: string,
    alone: RunPoint | null,
    added: RunPoint,
    without: RunPoint | null,
  ) => [
    flag,
    tier,
    duration(alone),
    formatRatio(gainOf(base, alone)),
    duration(added),
    formatRatio(gainOf(base, added)),
    formatCount(added.roundTrips),
    formatCount(added.refused429),
    duration(without),
    formatRatio(gainOf(without, all)),
  ]
  return {
    title: 'What each flag brings',
    intro:
      'Alone: tier 0 and this flag. So far: tier 0 and all flags down to this one. Left out: all flags but this one. Ratios are the gain: against tier 0, and of the last against leaving the flag out.',
    header: [
      'flag',
      'tier',
      'alone',
      'gain',
      'so far',
      'gain',
      'round trips',
      '429s',
      'left out',
      'flag gains',
    ],
    rows: [
      row('none', '0', base, base, null),
      ...steps.map((step) => row(step.flag, String(step.tier), step.alone, step.added, step.without)),
    ],
    optional: [8, 2, 1, 7],
    findings: [...greatestStep({ base, steps }), ...failures({ base, steps }), ...refusals(steps)],
  }
}

/**
 * The step that makes the run so much faster that no other does more. A run that failed items is none to
 * compare with: the flag that led to it counts together with those after it, down to the next that did not.
 */
function greatestStep({ base, steps }: Ablation): readonly string[] {
  const gains: { flags: string; gain: number; before: RunPoint; added: RunPoint }[] = []
  let before = base
  let flags: string[] = []
  for (const { flag, added } of steps) {
    flags.push(flag)
    const gain = gainOf(before, added)
    if (gain === null) continue
    gains.push({ flags: flags.join(' with '), gain, before, added })
    before = added
    flags = []
  }
  const [first, ...others] = gains
  if (first === undefined) return []
  const most = others.reduce((best, one) => (one.gain > best.gain ? one : best), first)
  if (most.gain < 1.005) return ['No flag makes this run faster by half a percent when it is added.']
  const [from, to] = [most.before.durationMs, most.added.durationMs].map(formatDuration)
  return [`What gains most when it is added is ${most.flags}: ${formatRatio(most.gain)}, ${from} → ${to}.`]
}

function failures({ base, steps }: Ablation): readonly string[] {
  const runs = [
    { where: 'tier 0', point: base },
    ...steps.flatMap(({ flag, alone, added, without }) => [
      { where: `${flag} alone`, point: alone },
      { where: `the flags down to ${flag}`, point: added },
      { where: `all but ${flag}`, point: without },
    ]),
  ]
  const failed = runs.filter(({ point }) => point !== null && point.failedItems > 0)
  if (failed.length === 0) return []
  const list = failed.map(({ where, point }) => `${where} (${formatCount(point?.failedItems ?? 0)})`)
  return [`Items failed for good with ${list.join(', ')}: those runs did less work, and have no gain.`]
}

function refusals(steps: Ablation['steps']): readonly string[] {
  const named = (name: 'aloneRefused' | 'withoutRefused') =>
    steps.filter((step) => step[name] !== null).map(({ flag }) => flag)
  const [alone, without] = [named('aloneRefused'), named('withoutRefused')]
  const reason = steps.flatMap((step) => step.withoutRefused ?? step.aloneRefused ?? [])[0]
  if (reason === undefined) return []
  const parts = [
    ...(alone.length > 0 ? [`${alone.join(', ')} alone`] : []),
    ...(without.length > 0 ? [`all flags without ${without.join(' or ')}`] : []),
  ]
  return [`Not run, since it is unsafe: ${parts.join('; ')}. For example, ${reason}.`]
}
