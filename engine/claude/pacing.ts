import { z } from 'zod'

/** Pacing modes and their figures: the plan's table "Current Pacing Configuration". */
export const PACING = {
  safe: { delayMs: 2_000, maxRetries: 3 },
  normal: { delayMs: 1_000, maxRetries: 2 },
  fast: { delayMs: 500, maxRetries: 2 },
} as const

export type PacingMode = keyof typeof PACING

export const pacingSchema = z.enum(Object.keys(PACING) as [PacingMode, ...PacingMode[]])
