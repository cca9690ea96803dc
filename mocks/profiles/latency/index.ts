import { haiku45 } from './haiku-4-5.ts'
import type { LatencyModel } from './latency-model.ts'
import { opus41 } from './opus-4-1.ts'
import { plan } from './plan.ts'
import { planLoaded } from './plan-loaded.ts'
import { sonnet45 } from './sonnet-4-5.ts'

export type { LatencyModel } from './latency-model.ts'

/**
 * Published figures for the time to first token do not say how long the prompts were: a prompt of 1,000
 * tokens is assumed, and the constant part is what is left when its part per input token is taken off.
 */
export const LATENCY_PROFILES = {
  plan,
  'plan-loaded': planLoaded,
  'haiku-4-5': haiku45,
  'sonnet-4-5': sonnet45,
  'opus-4-1': opus41,
} as const satisfies Readonly<Record<string, LatencyModel>>
