import { type Figures, METRICS, type MetricName, PARTS, type PartName } from './exact-metrics.ts'

/** Virtual times are sums of floating-point numbers: this much is none, ms or dollars or a share. */
export const ROUNDING = 1e-9
/** Of each part. */
const MOST_REASONS = 3
/** What accounts for less of a change of time than this share is a consequence of it, or chance, and no cause. */
const LEAST_SHARE = 0.05
const PHASES = ['card-analysis', 'story-generation', 'subtask-generation'] as const

interface Change {
  readonly key: string
  readonly from: number
  readonly to: number
}

/**
 * What changed most of that which can move a metric, in the direction in which it moved: the phases first,
 * then in the phase that changed most (or the metric's own) the statements, waits, calls and answers. Of a
 * change of time only what accounts for a noticeable share of it is named.
 * @returns one sentence each; where nothing of that changed so, what was looked at
 */
export function explain(metric: MetricName, before: Figures, after: Figures): string[] {
  const { better, explainedBy } = METRICS[metric]
  const grew = (after.metrics[metric] ?? 0) > (before.metrics[metric] ?? 0)
  const worse = (better === 'lower') === grew
  // Of what takes time, fewer calls at once are the cause of more; all else is a cause by growing.
  const isTime = (explainedBy as readonly PartName[]).includes('answers')
  const moved = (part?: PartName) => {
    const harm = part === 'atOnce' && isTime ? -1 : 1
    return ({ from, to }: Change) => Math.sign(to - from) === (worse ? harm : -harm)
  }
  const reasons: string[] = []
  let phase: string | undefined = PHASES.find((name) => metric === `durationMs.${name}`)
  if (isTime && phase === undefined) {
    const changed = phaseChanges(before, after).filter(moved())
    reasons.push(
      ...changed.map(({ key, from, to }) => `duration of ${key}: ${seconds(from)} → ${seconds(to)} s`),
    )
    phase = changed[0]?.key
  }
  const within = ({ key }: Change) => phase === undefined || key.startsWith(phase)
  const changeMs = isTime ? Math.abs(grownMs(phase, before, after)) : 0
  const matters = (part: PartName) => (change: Change) => {
    const ms = timeOf(part, change, before, after)
    return ms === undefined || ms >= LEAST_SHARE * changeMs
  }
  const movedIn = (part: PartName) => {
    const { label, unit } = PARTS[part]
    const all = changes(before.parts[part] ?? {}, after.parts[part] ?? {})
    return all
      .filter(within)
      .filter(moved(part))
      .filter(matters(part))
      .slice(0, MOST_REASONS)
      .map((one) => {
        const instead = part === 'statements' ? replaced(one, all) : ''
        return `${one.key}: ${label} ${round(one.from)} → ${round(one.to)}${unit}${instead}`
      })
  }
  const parts = explainedBy.flatMap(movedIn)
  const hasIdle = isTime && before.parts.idle !== undefined && after.parts.idle !== undefined
  const looked: readonly PartName[] = hasIdle ? [...explainedBy, 'idle'] : explainedBy
  // Statements take some of it: less than half of a change is theirs, or somebody else's, and no news.
  if (hasIdle && isMostOf(phase, before, after)) parts.push(...movedIn('idle'))
  // Where calls overlap, time between two of them is no time without one.
  if (isTime && worse && parts.length === 0) parts.push(...fewerUnderWay(phase, before, after))
  if (worse && parts.length === 0) {
    const lookedAt = looked.map((part) => PARTS[part].label)
    parts.push(`no cause was found${phase ? ` in ${phase}` : ''}: looked at ${lookedAt.join(', ')}`)
  }
  return [...reasons, ...parts]
}

/** Whether a phase, or all together, changed mostly by the time without a call or a wait. */
function isMostOf(phase: string | undefined, before: Figures, after: Figures): boolean {
  const idle = grown(phase, before, after, ({ parts }, name) => parts.idle?.[name])
  return 2 * Math.abs(idle) >= Math.abs(grownMs(phase, before, after))
}

/** By how much a phase, or all together, became longer, ms. */
function grownMs(phase: string | undefined, before: Figures, after: Figures): number {
  return grown(phase, before, after, ({ metrics }, name) => metrics[`durationMs.${name}`])
}

function grown(
  phase: string | undefined,
  before: Figures,
  after: Figures,
  of: (figures: Figures, name: (typeof PHASES)[number]) => number | undefined,
): number {
  return PHASES.filter((name) => phase === undefined || name === phase).reduce(
    (sum, name) => sum + (of(after, name) ?? 0) - (of(before, name) ?? 0),
    0,
  )
}

/** How much time a change comes to, over all tasks, ms; undefined where that cannot be told. */
function timeOf(
  part: PartName,
  { key, from, to }: Change,
  before: Figures,
  after: Figures,
): number | undefined {
  if (part === 'statements') {
    const [old, now] = [before.parts.statementTime, after.parts.statementTime]
    return old && now && Math.abs((now[key] ?? 0) - (old[key] ?? 0))
  }
  return ['waits', 'answers'].includes(part) ? Math.abs(to - from) : undefined
}

/** In which phases fewer calls were under way on average, though nothing that is counted grew. */
function fewerUnderWay(phase: string | undefined, before: Figures, after: Figures): string[] {
  const average = ({ parts, metrics }: Figures, name: (typeof PHASES)[number]) =>
    (parts.answers?.[name] ?? 0) / (metrics[`durationMs.${name}`] || 1)
  return PHASES.filter((name) => phase === undefined || name === phase).flatMap((name) => {
    const [old, now] = [average(before, name), average(after, name)]
    return now < old - ROUNDING
      ? [
          `${name}: calls under way on average ${old.toFixed(2)} → ${now.toFixed(2)}: the time lies between calls, and is neither a wait nor a round trip`,
        ]
      : []
  })
}

/** Which statement of the phase is gone as often as this one is new. */
function replaced({ key, from, to }: Change, all: readonly Change[]): string {
  const gone = all.find(
    (other) => from === 0 && other.to === 0 && other.from === to && sharesPhase(other.key, key),
  )
  return gone ? `, in place of ${gone.key.slice(gone.key.indexOf(' ') + 1)}` : ''
}

const sharesPhase = (one: string, other: string) => one.split(' ')[0] === other.split(' ')[0]

function phaseChanges(before: Figures, after: Figures): Change[] {
  const durations = ({ metrics }: Figures) =>
    Object.fromEntries(PHASES.map((name) => [name, metrics[`durationMs.${name}`] ?? 0]))
  return changes(durations(before), durations(after))
}

/** What differs, the largest change first. */
function changes(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Change[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((key) => ({ key, from: before[key] ?? 0, to: after[key] ?? 0 }))
    .filter(({ from, to }) => Math.abs(to - from) > ROUNDING)
    .sort((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from) || (a.key < b.key ? -1 : 1))
}

/** Milliseconds as seconds, to the millisecond. */
export const seconds = (ms: number) => (ms / 1_000).toFixed(3)

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
