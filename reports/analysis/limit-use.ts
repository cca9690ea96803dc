/** How much of each limit of the API key was in use over a run. */
import type { LimitUseResult, Repetition } from '../result-schema.ts'

/** The run is cut into as many equal slices; a line has one value for each. */
export const SLICES = 160

export interface LimitUse {
  readonly limit: LimitUseResult['limit']
  readonly capacity: number
  readonly refillPerMinute: number | null
  /** The greatest share in use in each slice. */
  readonly slices: readonly number[]
  readonly peak: number
  /** Over time, 0 before the first sample. */
  readonly mean: number
}

export interface LimitUses {
  readonly durationMs: number
  readonly limits: readonly LimitUse[]
  /** Attempts answered with 429, in each slice. */
  readonly refused: readonly number[]
}

export function limitUses({ limits, attempts, durationMs }: Repetition): LimitUses {
  const refused = Array.from({ length: SLICES }, () => 0)
  for (const { status, startMs } of attempts) {
    if (status !== 429) continue
    const slice = sliceAt(startMs, durationMs)
    refused[slice] = (refused[slice] ?? 0) + 1
  }
  return { durationMs, limits: limits.map((limit) => limitUse(limit, durationMs)), refused }
}

/**
 * Between two samples a bucket only refills, linearly, and the number of requests under way stays as it is:
 * so the greatest share of a stretch is at its beginning.
 */
function limitUse({ samples, ...limit }: LimitUseResult, durationMs: number): LimitUse {
  const slices = Array.from({ length: SLICES }, () => 0)
  const perMs = limit.refillPerMinute === null ? 0 : limit.refillPerMinute / limit.capacity / 60_000
  const raise = (slice: number, used: number) => {
    slices[slice] = Math.max(slices[slice] ?? 0, used)
  }
  let area = 0
  samples.forEach(({ atMs, used }, index) => {
    const untilMs = Math.max(atMs, samples[index + 1]?.atMs ?? durationMs)
    area += areaUnder(used, perMs, untilMs - atMs)
    raise(sliceAt(atMs, durationMs), used)
    // Stretches over several slices are few; the loop ends at the slice that the next sample is in.
    for (let slice = sliceAt(atMs, durationMs) + 1; slice <= sliceAt(untilMs, durationMs); slice += 1) {
      raise(slice, Math.max(0, used - perMs * ((slice * durationMs) / SLICES - atMs)))
    }
  })
  return {
    ...limit,
    slices,
    peak: samples.reduce((most, { used }) => Math.max(most, used), 0),
    mean: durationMs > 0 ? area / durationMs : 0,
  }
}

function sliceAt(ms: number, durationMs: number): number {
  return durationMs > 0 ? Math.min(SLICES - 1, Math.floor((ms / durationMs) * SLICES)) : 0
}

/** Of a share that falls by `perMs` until it is 0. */
function areaUnder(used: number, perMs: number, ms: number): number {
  const falls = perMs > 0 ? Math.min(ms, used / perMs) : ms
  return used * falls - (perMs * falls * falls) / 2
}
