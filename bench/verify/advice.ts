import { readFile } from 'node:fs/promises'
import type { Tier } from '../../engine/index.ts'
import { type BenchResult, formatDuration, parseResult, type RolloutAdvice } from '../../reports/index.ts'
import { UsageError } from '../run/index.ts'

type ModeOfTier = BenchResult['scenarios'][number]['modes'][number]

/**
 * What a tier gains and costs by a result of the bench, against the tier below it, and what the order of the
 * roll-out asks for.
 * @throws UsageError where it is no result of the bench
 */
export async function readAdvice(file: string, tier: Tier): Promise<RolloutAdvice> {
  let result: BenchResult
  try {
    result = parseResult(await readFile(file, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`expected --bench to name a result.json of npm run bench, got ${file}: ${reason}`)
  }
  return {
    source: file,
    lines: [...result.scenarios.flatMap((scenario) => lines(scenario, tier)), order(tier)],
  }
}

function lines({ name: scenario, modes }: BenchResult['scenarios'][number], tier: Tier): string[] {
  const [own, below] = [tier, tier - 1].map((one) => modes.find((mode) => mode.tier === one))
  if (!own || !below) {
    return [
      `${scenario}: the result has no ${own ? below : 'mode'} of Tier ${own ? tier - 1 : tier} to compare with.`,
    ]
  }
  const share = (1 - own.duration.p50Ms / below.duration.p50Ms) * 100
  const [trips, tripsBelow] = [roundTrips(own), roundTrips(below)]
  const cost = (mode: ModeOfTier) => mode.repetitions[0]?.costUsd ?? 0
  return [
    `${scenario}: Tier ${tier} takes ${formatDuration(own.duration.p50Ms)}, Tier ${tier - 1} ${formatDuration(below.duration.p50Ms)} (${share >= 0 ? `${share.toFixed(1)} % less` : `${(-share).toFixed(1)} % more`}); round trips ${trips} against ${tripsBelow}; calls cost $${cost(own).toFixed(4)} against $${cost(below).toFixed(4)}.`,
  ]
}

function roundTrips({ repetitions }: ModeOfTier): number {
  return repetitions[0]?.roundTrips.reduce((sum, { count }) => sum + count, 0) ?? 0
}

function order(tier: Tier): string {
  switch (tier) {
    case 0:
    case 1:
      return 'Tier 1 comes first: it needs no other tier.'
    case 2:
      return 'Roll out Tier 1 first: the flags of Tier 2 include its flags.'
    case 3:
      return 'Roll out Tiers 1 and 2 first: without optimisticLocking, transactions and atomicLog parallel work loses and doubles work.'
  }
}
