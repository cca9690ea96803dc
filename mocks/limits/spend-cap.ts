/** What an organization may spend, over all models. At least one of `usd` and `tokens` is given. */
export interface SpendCap {
  /** US dollars in a window; needs `usdPerMillionTokens`. @default no cap */
  readonly usd?: number
  /** Input (without cache reads) and output tokens in a window. @default no cap */
  readonly tokens?: number
  /** One price for all models; a cache write costs 1.25 times the input price, a read a tenth of it. */
  readonly usdPerMillionTokens?: { readonly input: number; readonly output: number }
  /** Windows follow each other from the start of the mock, ms. @default 30 days */
  readonly windowMs?: number
}

export interface SpentTokens {
  readonly input: number
  readonly cacheCreation: number
  readonly cacheRead: number
  readonly output: number
}

export interface SpendMeter {
  reached(nowMs: number): boolean
  spend(tokens: SpentTokens, nowMs: number): void
  /** When the present window ends, ms. */
  windowEndMs(nowMs: number): number
}

export const DEFAULT_SPEND_WINDOW_MS = 30 * 24 * 3_600_000

const CACHE_WRITE_PRICE = 1.25
const CACHE_READ_PRICE = 0.1

export function createSpendMeter(cap: SpendCap, startMs: number): SpendMeter {
  const windowMs = cap.windowMs ?? DEFAULT_SPEND_WINDOW_MS
  let window = 0
  let usd = 0
  let tokens = 0
  const moveTo = (now: number) => {
    const current = Math.floor((now - startMs) / windowMs)
    if (current === window) return
    window = current
    usd = 0
    tokens = 0
  }
  return {
    reached(now) {
      moveTo(now)
      return (
        usd >= (cap.usd ?? Number.POSITIVE_INFINITY) || tokens >= (cap.tokens ?? Number.POSITIVE_INFINITY)
      )
    },
    spend(spent, now) {
      moveTo(now)
      const { input, output } = cap.usdPerMillionTokens ?? { input: 0, output: 0 }
      const inputPriced =
        spent.input + spent.cacheCreation * CACHE_WRITE_PRICE + spent.cacheRead * CACHE_READ_PRICE
      usd += (inputPriced * input + spent.output * output) / 1_000_000
      tokens += spent.input + spent.cacheCreation + spent.output
    },
    windowEndMs(now) {
      moveTo(now)
      return startMs + (window + 1) * windowMs
    },
  }
}
