import { readFile } from 'node:fs/promises'
import type { Tier } from '../../engine/index.ts'
import { type BenchResult, parseResult, type RolloutAdvice, type TierGain } from '../../reports/index.ts'
import { UsageError } from '../run/index.ts'

type ModeOfTier = BenchResult['scenarios'][number]['modes'][number]

/**
 * What a tier gains and costs against the tier below it, by a result of the bench.
 * @throws UsageError where it is no result of the bench
 */
export async function readGains(file: string, tier: Tier): Promise<RolloutAdvice['bench']> {
  let result: BenchResult
  try {
    result = parseResult(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`expected --bench to name a result.json of npm run bench, got ${file}: ${reason}`)
  }
  return { source: file, gains: result.scenarios.map((scenario) => gainOf(scenario, tier)) }
}

function gainOf({ name: scenario, modes }: BenchResult['scenarios'][number], tier: Tier): TierGain {
  const own = modes.find((mode) => mode.tier === tier)
  const below = modes.find((mode) => mode.tier === tier - 1)
  if (!own || !below) return { scenario, durationMs: null, roundTrips: null, costUsd: null }
  const both = (of: (mode: ModeOfTier) => number) => ({ own: of(own), below: of(below) })
  return {
    scenario,
    durationMs: both((mode) => mode.duration.p50Ms),
    roundTrips: both(roundTrips),
    costUsd: both((mode) => mode.repetitions[0]?.costUsd ?? 0),
  }
}

function roundTrips({ repetitions }: ModeOfTier): number {
  return repetitions[0]?.roundTrips.reduce((sum, { count }) => sum + count, 0) ?? 0
}
