import type { LatencyModel } from './latency-model.ts'

export const plan: LatencyModel = {
  provenance:
    'Assumed, so that answers of 200 to 850 tokens take the 3 to 15 s that the optimisation plan reckons with.',
  profile: { firstTokenMs: 900, perThousandInputTokensMs: 150, tokensPerSecond: 75, sigma: 0.2 },
}
