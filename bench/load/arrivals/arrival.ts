import type { LoadStage } from '../../../reports/index.ts'
import { seededNumber } from '../../run/index.ts'
import { timeOfArrival } from './stages.ts'

/** A run that is to be started. */
export interface Arrival {
  /** Since the load began, ms of production time. */
  readonly atMs: number
  /** Words of all its documents together; the scenario's where it is not there. */
  readonly words?: number
}

/**
 * Arrivals at the rates of the stages, the same for the same seed. Even distances: the nth is there when n are
 * to be expected. Poisson: what is to be expected between two of them is drawn from an exponential
 * distribution, which is the process of many users who know nothing of each other.
 */
export function* openArrivals(
  stages: readonly LoadStage[],
  distances: 'even' | 'poisson',
  seed: number,
): Generator<Arrival, void, undefined> {
  let expected = distances === 'even' ? 0 : exponential(seed, 0)
  for (let n = 1; ; n++) {
    const atMs = timeOfArrival(stages, expected)
    if (atMs === undefined) return
    yield { atMs }
    expected += distances === 'even' ? 1 : exponential(seed, n)
  }
}

/** Of mean 1. */
function exponential(seed: number, n: number): number {
  return -Math.log(1 - seededNumber(seed, `arrival:${n}`))
}
