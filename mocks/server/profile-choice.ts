import { readFileSync } from 'node:fs'
import type { ClaudeMockOptions } from '../options.ts'
import { UsageError } from './options.ts'

/** What a profile decides. */
type ProfileOptions = Pick<ClaudeMockOptions, 'latency' | 'limits' | 'rejectMs'>

const NO_LATENCY = { firstTokenMs: 0, perThousandInputTokensMs: 0, tokensPerSecond: 1e9, sigma: 0 }

const PROFILES: Readonly<Record<string, ProfileOptions>> = {
  none: { latency: NO_LATENCY, limits: {}, rejectMs: 0 },
}

export const PROFILE_NAMES = Object.keys(PROFILES)
