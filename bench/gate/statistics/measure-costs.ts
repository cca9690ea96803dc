import { smoke } from '../../../scenarios/index.ts'
import { generateDocuments } from '../../run/index.ts'
import { rememberedAnswers } from './answers.ts'
import { type CostComparison, compareCosts } from './compare-costs.ts'
import { withPlaces } from './find-places.ts'
import type { Thresholds } from './metrics.ts'
import { profilePair, type Side, samplePair } from './sample-pair.ts'

export interface CostSetting {
  readonly base: Side
  readonly head: Side
  readonly thresholds: Thresholds
  /** Of the order of turns, and of the resampling. */
  readonly seed: number
  readonly signal: AbortSignal
  /** Profiles both sides where something is REGRESSED, to name functions. @default true */
  readonly places?: boolean
  log(line: string): void
}

/** One statistical gate: what base and head take of this machine; where it is more, in which functions. */
export async function measureCosts({
  base,
  head,
  thresholds,
  seed,
  signal,
  places = true,
  log,
}: CostSetting): Promise<CostComparison> {
  const workload = { ...smoke.workload, uploads: 1 }
  const { uploads } = generateDocuments({ ...smoke, workload }, 1)
  const answer = rememberedAnswers(1)
  const setting = { base, head, uploads, answer, seed, signal }
  const costs = await compareCosts(thresholds, seed, (pair) => samplePair(setting, pair), log)
  if (costs.passed || !places) return costs
  log('profiling base and head')
  return withPlaces(costs, await profilePair(setting))
}
