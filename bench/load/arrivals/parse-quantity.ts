import { UsageError } from '../../run/index.ts'

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 } as const
const PER_SECONDS = { s: 1, m: 60, min: 60, h: 3_600 } as const

/**
 * A duration with its unit: `250ms`, `30s`, `15m` (or `15min`), `1.5h`.
 * @returns ms
 * @throws UsageError naming `option`
 */
export function parseDuration(text: string, option: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|min|m|h)$/.exec(text.trim()) ?? []
  const ms = Number(number) * UNIT_MS[unit as keyof typeof UNIT_MS]
  if (ms > 0) return ms
  throw new UsageError(
    `expected ${option} to be a duration with its unit, as in 250ms, 30s, 15m or 1h, got "${text}"`,
  )
}

/**
 * A rate: `0.5` and `0.5/s` are per second, `30/m` (or `30/min`) and `200/h` per minute and hour.
 * @param least 0 where a stage may end with nothing.
 * @returns runs per second
 * @throws UsageError naming `option`
 */
export function parseRate(text: string, option: string, least: 'positive' | 'zero' = 'positive'): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(?:\/(s|min|m|h))?$/.exec(text.trim()) ?? []
  const rate = Number(number) / PER_SECONDS[unit as keyof typeof PER_SECONDS]
  if (rate > 0 || (rate === 0 && least === 'zero')) return rate
  throw new UsageError(
    `expected ${option} to be a rate of runs, as in 0.5 (per second), 30/m or 200/h, got "${text}"`,
  )
}
