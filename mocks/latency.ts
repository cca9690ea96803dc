import { type Random, randomAbout } from './random.ts'

/** Some answers are far slower than the lognormal says: their jitter is drawn from a Pareto distribution. */
export interface HeavyTail {
  /** Probability that a part of an answer (time to first token, generation) is drawn from the tail, 0 to 1. */
  readonly probability: number
  /** Exponent: of what is in the tail, the share slower than x times `from` is x^-alpha. The mean is infinite at 1 and below. */
  readonly alpha: number
  /** Where the tail begins, as a multiple of the median. @default 2 */
  readonly from?: number
}

/** Answers get slower under load: every time is multiplied by 1 + perRequest × max(0, underWay − freeRequests). */
export interface LoadSlowdown {
  /** This many requests at once, the answered one included, are served at full speed. */
  readonly freeRequests: number
  /** What each request above that adds, as a share of the time without load. */
  readonly perRequest: number
}

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
  /** @default none */
  readonly tail?: HeavyTail
  /** Judged once, when the request arrives: what arrives later does not slow it. @default none */
  readonly load?: LoadSlowdown
}

export interface Latency {
  readonly firstTokenMs: number
  /** From the first token to the last, ms. */
  readonly generationMs: number
  readonly totalMs: number
}

/**
 * How long this answer takes. Drawn from `about` (seed, model and messages, attempt), so it does not depend on the
 * order of arrival, except by the load. Rounded to whole microseconds: exp and log may differ in the last
 * bits from one engine to another, and a sum of such numbers is not readable.
 */
export function latencyOf(
  profile: LatencyProfile,
  tokens: { readonly input: number; readonly output: number },
  about: readonly unknown[],
  /** Requests under way, this one included. */
  underWay = 1,
): Latency {
  const random = profile.sigma === 0 ? undefined : randomAbout('latency', ...about)
  const tail = profile.tail && tailFactors(profile.tail, about)
  const slowdown = loadFactor(profile.load, underWay)
  // Drawn even where the tail takes their place, so that a tail changes no other answer.
  const first = lognormal(profile.sigma, random)
  const second = lognormal(profile.sigma, random)
  const firstTokenMs = wholeMicroseconds(
    (profile.firstTokenMs + (profile.perThousandInputTokensMs * tokens.input) / 1_000) *
      ((tail?.[0] ?? first) * slowdown),
  )
  const generationMs = wholeMicroseconds(
    (tokens.output / profile.tokensPerSecond) * 1_000 * ((tail?.[1] ?? second) * slowdown),
  )
  return { firstTokenMs, generationMs, totalMs: wholeMicroseconds(firstTokenMs + generationMs) }
}

function lognormal(sigma: number, random: Random | undefined): number {
  return random === undefined ? 1 : Math.exp(sigma * random.normal())
}

/** For both parts of an answer the factor from the tail, or undefined where it is not in the tail. */
function tailFactors(tail: HeavyTail, about: readonly unknown[]): [number | undefined, number | undefined] {
  const random = randomAbout('latency-tail', ...about)
  const draw = () => {
    const inTail = random.chance(tail.probability)
    const factor = (tail.from ?? 2) * (1 - random.next()) ** (-1 / tail.alpha)
    return inTail ? factor : undefined
  }
  return [draw(), draw()]
}

function loadFactor(load: LoadSlowdown | undefined, underWay: number): number {
  return load === undefined ? 1 : 1 + load.perRequest * Math.max(0, underWay - load.freeRequests)
}

function wholeMicroseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000
}
