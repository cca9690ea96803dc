import type { LimitName, LimitUseResult } from '../../reports/index.ts'
import { roundMs } from './round-ms.ts'

/** Limits of the API, each per minute but for `concurrentRequests`; one that is absent does not exist. */
export interface MeteredLimits {
  readonly requestsPerMinute?: number
  readonly inputTokensPerMinute?: number
  readonly outputTokensPerMinute?: number
  readonly tokensPerMinute?: number
  readonly concurrentRequests?: number
}

/** What the holder of the limits says of them. */
export interface LimitLevels {
  /** What is left in each bucket; below 0 where output put it into debt. */
  bucketLevels(): readonly { readonly limit: string; readonly level: number }[]
  /** Requests under way. */
  readonly underWay: number
}

const PER_MINUTE = [
  ['requests', 'requestsPerMinute'],
  ['input-tokens', 'inputTokensPerMinute'],
  ['output-tokens', 'outputTokensPerMinute'],
  ['tokens', 'tokensPerMinute'],
] as const satisfies readonly (readonly [LimitName, keyof MeteredLimits])[]

/** Writes down how much of each limit is in use, whenever that has changed. */
export class LimitMeter {
  readonly #limits: readonly LimitUseResult[]
  readonly #startMs: number

  /** @param startMs When the run starts, on its clock. */
  constructor(limits: MeteredLimits, startMs: number) {
    this.#startMs = startMs
    const { concurrentRequests: atOnce } = limits
    this.#limits = [
      ...PER_MINUTE.flatMap(([limit, name]) => {
        const perMinute = limits[name]
        if (perMinute === undefined) return []
        // Less than one request a minute is still one at a time.
        const capacity = limit === 'requests' ? Math.max(1, perMinute) : perMinute
        return [{ limit, capacity, refillPerMinute: perMinute, samples: [] }]
      }),
      ...(atOnce === undefined
        ? []
        : [{ limit: 'concurrent' as const, capacity: atOnce, refillPerMinute: null, samples: [] }]),
    ]
  }

  get limits(): LimitUseResult[] {
    return [...this.#limits]
  }

  /** Of several changes at the same moment the last is kept. */
  sample(now: number, levels: LimitLevels): void {
    const atMs = roundMs(now - this.#startMs)
    const buckets = new Map(levels.bucketLevels().map(({ limit, level }) => [limit, level]))
    for (const { limit, capacity, samples } of this.#limits) {
      const left = limit === 'concurrent' ? capacity - levels.underWay : buckets.get(limit)
      if (left === undefined) continue
      if (samples.at(-1)?.atMs === atMs) samples.pop()
      samples.push({ atMs, used: roundShare(Math.max(0, (capacity - left) / capacity)) })
    }
  }
}

/** To a millionth: the digits behind it are those of the sums of floating-point numbers. */
function roundShare(share: number): number {
  return Math.round(share * 1_000_000) / 1_000_000
}
