import type { ScenarioLatency, ScenarioLimits } from './scenario.ts'

export const STANDARD_MODEL = 'claude-haiku-4-5'

/** A call of 3 to 15 s for answers of 200 to 850 tokens. */
export const STANDARD_LATENCY: ScenarioLatency = {
  firstTokenMs: 900,
  perThousandInputTokensMs: 150,
  tokensPerSecond: 75,
  sigma: 0.2,
}

/** The API's Start limits with the plan's soft limit of concurrent requests: far above three at once. */
export const NO_LIMITS_REACHED: ScenarioLimits = {
  requestsPerMinute: 1_000,
  inputTokensPerMinute: 2_000_000,
  outputTokensPerMinute: 400_000,
  concurrentRequests: 10,
}
