import { errorFunction } from 'simple-statistics'
import { type Random, randomAbout } from '../../random.ts'
import type { LengthFit, TraceProfile } from './fit-trace.ts'
import type { TracedRequest } from './parse-trace.ts'

/** Where lengths come from: the percentiles of the trace, or the lognormal fitted to it. */
export type LengthSource = 'percentiles' | 'lognormal'

/**
 * Requests as the profile has them: lengths with the correlation of their logarithms, times between
 * arrivals lognormal with the mean and the variation of the trace. The times are independent of each
 * other, so bursts longer than a few requests, which `countDispersion` sees, are not reproduced. Each
 * request depends on the seed and on its place only.
 */
export function drawRequests(
  profile: TraceProfile,
  count: number,
  seed: number,
  /** The fit is smooth, the percentiles are closer to the trace: compare `ksDistance`. */
  lengths: LengthSource = 'percentiles',
): TracedRequest[] {
  const meanGapMs = 60_000 / profile.arrivals.perMinute
  const gapSigma = Math.sqrt(Math.log(1 + profile.arrivals.gapVariation ** 2))
  const gapMu = Math.log(meanGapMs) - gapSigma ** 2 / 2
  const requests: TracedRequest[] = []
  let atMs = 0
  for (let n = 0; n < count; n += 1) {
    const random = randomAbout('trace', seed, n)
    if (n > 0) atMs += Math.exp(gapMu + gapSigma * random.normal())
    requests.push({ atMs, ...drawLengths(profile, random, lengths) })
  }
  return requests
}

function drawLengths(profile: TraceProfile, random: Random, source: LengthSource) {
  const correlation = profile.lengthCorrelation
  const first = random.normal()
  const second = correlation * first + Math.sqrt(1 - correlation ** 2) * random.normal()
  const length = source === 'lognormal' ? lognormalLength : percentileLength
  return {
    inputTokens: length(profile.inputTokens, first),
    outputTokens: length(profile.outputTokens, second),
  }
}

function lognormalLength({ mu, sigma }: LengthFit, z: number): number {
  return Math.max(1, Math.round(Math.exp(mu + sigma * z)))
}

/** Between two percentiles on a straight line. */
function percentileLength({ percentiles }: LengthFit, z: number): number {
  const place = 50 * (1 + errorFunction(z / Math.SQRT2))
  const lower = percentiles[Math.min(100, Math.floor(place))] ?? 1
  const upper = percentiles[Math.min(100, Math.floor(place) + 1)] ?? lower
  return Math.max(1, Math.round(lower + (upper - lower) * (place - Math.floor(place))))
}
