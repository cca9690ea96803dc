import { randomAbout } from './random.ts'

/** Latency of one answer: time to first token, then tokens at a rate, each with lognormal jitter. */
export interface LatencyProfile {
  /** Constant part of the time to first token, ms (the median). */
  readonly firstTokenMs: number
  /** Part of the time to first token for each 1,000 input tokens, ms. */
  readonly perThousandInputTokensMs: number
  /** Output tokens per second (the median). */
  readonly tokensPerSecond: number
  /** Sigma of the lognormal jitter; 0 for none. */
  readonly sigma: number
}

export interface Latency {
  readonly firstTokenMs: number
  /** From the first token to the last, ms. */
  readonly generationMs: number
  readonly totalMs: number
}

/**
 * How long this answer takes. Drawn from `about` (seed, content, attempt), so it does not depend on the
 * order of arrival. Rounded to whole microseconds: exp and log may differ in the last bits from one
 * engine to another, and a sum of such numbers is not readable.
 */
export function latencyOf(
  profile: LatencyProfile,
  tokens: { readonly input: number; readonly output: number },
  about: readonly unknown[],
): Latency {
  const random = randomAbout('latency', ...about)
  const jitter = () => Math.exp(profile.sigma * random.normal())
  const firstTokenMs = wholeMicroseconds(
    (profile.firstTokenMs + (profile.perThousandInputTokensMs * tokens.input) / 1_000) * jitter(),
  )
  const generationMs = wholeMicroseconds((tokens.output / profile.tokensPerSecond) * 1_000 * jitter())
  return { firstTokenMs, generationMs, totalMs: wholeMicroseconds(firstTokenMs + generationMs) }
}

function wholeMicroseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000
}
