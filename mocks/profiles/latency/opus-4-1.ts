import type { LatencyModel } from './latency-model.ts'

export const opus41: LatencyModel = {
  provenance:
    '45 tokens/s and 2.67 s to the first token: Artificial Analysis, 2025-11, as quoted by lattice.uptownhr.com; sigma and the part per input token are assumed.',
  profile: { firstTokenMs: 2_520, perThousandInputTokensMs: 150, tokensPerSecond: 45, sigma: 0.25 },
}
