import type { LoadStage } from '../../../reports/index.ts'
import { UsageError } from '../../run/index.ts'
import { parseDuration, parseRate } from './parse-quantity.ts'

/** A rate that stays the same. */
export function constantStage(perSecond: number, durationMs: number): LoadStage {
  return { durationMs, fromPerSecond: perSecond, toPerSecond: perSecond }
}

/**
 * Reads `--stages 10s:5,30s:20`: within each duration the rate moves in a straight line to its value.
 * @param startPerSecond Where the first begins.
 * @throws UsageError
 */
export function parseStages(text: string, startPerSecond: number): LoadStage[] {
  let from = startPerSecond
  const stages = text.split(',').map((part) => {
    const [duration = '', rate, ...more] = part.split(':')
    if (rate === undefined || more.length > 0) {
      throw new UsageError(
        `expected --stages as duration:rate, comma-separated, as in 10s:5,30s:20, got "${part}"`,
      )
    }
    const toPerSecond = parseRate(rate, 'a rate in --stages', 'zero')
    const stage = {
      durationMs: parseDuration(duration, 'a duration in --stages'),
      fromPerSecond: from,
      toPerSecond,
    }
    from = toPerSecond
    return stage
  })
  if (stages.some(({ fromPerSecond, toPerSecond }) => fromPerSecond + toPerSecond > 0)) return stages
  throw new UsageError(`expected a rate above 0 in --stages, got "${text}"`)
}

/** How many arrivals are to be expected until then. */
export function expectedArrivals(stages: readonly LoadStage[], untilMs = Number.POSITIVE_INFINITY): number {
  let before = 0
  let sum = 0
  for (const stage of stages) {
    const ms = Math.min(stage.durationMs, untilMs - before)
    if (ms <= 0) break
    sum += within(stage, ms)
    before += stage.durationMs
  }
  return sum
}

/** Of one stage, `ms` after its beginning. */
function within({ durationMs, fromPerSecond, toPerSecond }: LoadStage, ms: number): number {
  const slope = (toPerSecond - fromPerSecond) / durationMs
  return (fromPerSecond * ms + (slope * ms * ms) / 2) / 1_000
}

/**
 * When so many arrivals are to be expected: `expectedArrivals` the other way round.
 * @returns ms since the start; undefined where the stages do not bring as many
 */
export function timeOfArrival(stages: readonly LoadStage[], arrivals: number): number | undefined {
  let before = 0
  let left = arrivals
  for (const stage of stages) {
    const brought = within(stage, stage.durationMs)
    if (left < brought) return before + timeWithin(stage, left)
    left -= brought
    before += stage.durationMs
  }
  return undefined
}

/** Solves from·t + slope·t²/2 = arrivals, in the form that keeps its digits where the slope is small. */
function timeWithin({ durationMs, fromPerSecond, toPerSecond }: LoadStage, arrivals: number): number {
  if (arrivals === 0) return 0
  const from = fromPerSecond / 1_000
  const slope = (toPerSecond - fromPerSecond) / 1_000 / durationMs
  return (2 * arrivals) / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * arrivals)))
}
