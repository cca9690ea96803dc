import type { RateLimits } from '../../rate-limits.ts'

/** Limits of one plan and where they come from. */
export interface RateLimitProfile {
  readonly provenance: string
  readonly limits: RateLimits
}

export const RATE_LIMIT_PROFILES = {
  seed: {
    provenance: 'The optimisation plan: 40,000 tokens per minute and about 10 concurrent requests.',
    limits: { tokensPerMinute: 40_000, concurrentRequests: 10 },
  },
  'old-tier-1': {
    provenance: 'Tier 1 of the usage tiers that the API had before Start, Build and Scale.',
    limits: { requestsPerMinute: 50, inputTokensPerMinute: 30_000, outputTokensPerMinute: 8_000 },
  },
  start: {
    provenance: "The API's rate-limit page, 2026-11: usage tier Start.",
    limits: { requestsPerMinute: 1_000, inputTokensPerMinute: 2_000_000, outputTokensPerMinute: 400_000 },
  },
  'start-strict': {
    provenance:
      'Start, with its requests enforced by the second and an acceleration limit; the factor and what is free are assumed.',
    limits: {
      requestsPerMinute: 1_000,
      inputTokensPerMinute: 2_000_000,
      outputTokensPerMinute: 400_000,
      burstWindowMs: 1_000,
      acceleration: { factor: 2, freeRequestsPerMinute: 200 },
    },
  },
  'start-capped': {
    provenance:
      'Start, with a spend cap of a million tokens in 30 days; the cap is assumed, to be reached soon.',
    limits: {
      requestsPerMinute: 1_000,
      inputTokensPerMinute: 2_000_000,
      outputTokensPerMinute: 400_000,
      spendCap: { tokens: 1_000_000 },
    },
  },
  build: {
    provenance: "The API's rate-limit page, 2026-11: usage tier Build.",
    limits: { requestsPerMinute: 5_000, inputTokensPerMinute: 5_000_000, outputTokensPerMinute: 1_000_000 },
  },
  scale: {
    provenance: "The API's rate-limit page, 2026-11: usage tier Scale.",
    limits: { requestsPerMinute: 10_000, inputTokensPerMinute: 10_000_000, outputTokensPerMinute: 2_000_000 },
  },
} as const satisfies Readonly<Record<string, RateLimitProfile>>
