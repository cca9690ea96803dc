import type { LatencyModel } from './latency-model.ts'

export const sonnet45: LatencyModel = {
  provenance:
    '63 tokens/s and 1.80 s to the first token: Artificial Analysis, 2025-11, as quoted by lattice.uptownhr.com; sigma and the part per input token are assumed.',
  profile: { firstTokenMs: 1_700, perThousandInputTokensMs: 100, tokensPerSecond: 63, sigma: 0.25 },
}
