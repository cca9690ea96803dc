import { smoke } from '../../../scenarios/index.ts'
import { generateDocuments } from '../../run/index.ts'
import { rememberedAnswers } from './answers.ts'
import { type CostComparison, compareCosts } from './compare-costs.ts'
import type { Thresholds } from './metrics.ts'
import { type Side, samplePair } from './sample-pair.ts'

export interface CostSetting {
  readonly base: Side
  readonly head: Side
  readonly thresholds: Thresholds
  /** Of the order of turns, and of the resampling. */
  readonly seed: number
  readonly signal: AbortSignal
  log(line: string): void
}

/** One statistical gate: what base and head take of this machine. */
export function measureCosts({
  base,
  head,
  thresholds,
  seed,
  signal,
  log,
}: CostSetting): Promise<CostComparison> {
  const workload = { ...smoke.workload, uploads: 1 }
  const { uploads } = generateDocuments({ ...smoke, workload }, 1)
  const answer = rememberedAnswers(1)
  const sample = (pair: number) => samplePair({ base, head, uploads, answer, seed, signal }, pair)
  return compareCosts(thresholds, seed, sample, log)
}
