import { type Figures, METRICS, type MetricName, PARTS, type PartName } from './exact-metrics.ts'

/** Virtual times are sums of floating-point numbers: this much is none, ms or dollars or a share. */
export const ROUNDING = 1e-9
/** Of each part. */
const MOST_REASONS = 3
const PHASES = ['card-analysis', 'story-generation', 'subtask-generation'] as const

interface Change {
  readonly key: string
  readonly from: number
  readonly to: number
}

/**
 * What changed most of that which can move a metric: the phases first, then in the phase that changed most
 * (or the metric's own) the statements, waits, calls and answers.
 * @returns one sentence each
 */
export function explain(metric: MetricName, before: Figures, after: Figures): string[] {
  const reasons: string[] = []
  let phase: string | undefined = PHASES.find((name) => metric === `durationMs.${name}`)
  if (METRICS[metric].explainedBy.includes('atOnce' as never) && phase === undefined) {
    const changed = phaseChanges(before, after)
    reasons.push(
      ...changed.map(({ key, from, to }) => `duration of ${key}: ${round(from)} → ${round(to)} ms`),
    )
    phase = changed[0]?.key
  }
  const within = ({ key }: Change) => phase === undefined || key.startsWith(phase)
  const parts = METRICS[metric].explainedBy.flatMap((part: PartName) => {
    const { label, unit } = PARTS[part]
    return changes(before.parts[part] ?? {}, after.parts[part] ?? {})
      .filter(within)
      .slice(0, MOST_REASONS)
      .map(({ key, from, to }) => `${key}: ${label} ${round(from)} → ${round(to)}${unit}`)
  })
  return [...reasons, ...parts]
}

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

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
