import type { LatencyModel } from './latency-model.ts'

export const haiku45: LatencyModel = {
  provenance:
    '97 tokens/s and 1,336 ms to the first token: mean of 30 third-party tests, lmspeed.net, 2026; sigma and the part per input token are assumed.',
  profile: { firstTokenMs: 1_286, perThousandInputTokensMs: 50, tokensPerSecond: 97, sigma: 0.25 },
}
