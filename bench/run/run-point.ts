import type { Flags } from '../../engine/index.ts'
import type { Check, ModeResult, Repetition, RunPoint, VariantResult } from '../../reports/index.ts'
import type { Scenario } from '../../scenarios/index.ts'
import { roundMs } from '../instrument/index.ts'
import { checkScenario } from './checks.ts'

/** A single run beside the modes, on the virtual clock. */
export interface PointRun {
  /** What it is, as a check's message names it, e.g. `atomicLog=table alone`. */
  readonly where: string
  readonly flags: Flags
  readonly repetition: Repetition
  /** Whether items may fail for good in it: that is then what it shows. */
  readonly mayFail: boolean
}

/** Runs a scenario once with a set of flags; `what` names it in the progress. */
export type RunOf = (scenario: Scenario, what: string, flags: Flags) => Promise<Repetition>

/** The figures of a run, without its samples. */
export function pointOf(run: Repetition): RunPoint {
  const { durationMs, attempts, calls, costUsd, efficiency, lowerBound, output, roundTrips, waits } = run
  return {
    durationMs,
    roundTrips: roundTrips.reduce((sum, group) => sum + group.count, 0),
    calls: calls.length,
    attempts: attempts.length,
    refused429: attempts.filter(({ status }) => status === 429).length,
    waitMs: roundMs(waits.reduce((sum, wait) => sum + wait.endMs - wait.startMs, 0)),
    costUsd,
    failedItems: output.failedItems,
    lowerBoundMs: lowerBound.ms,
    efficiency,
  }
}

/**
 * Holds single runs of one scenario to what its modes are held to, all as one check.
 * @param name What the check is called.
 */
export function checkRuns(name: string, scenario: Scenario, runs: readonly PointRun[]): Check {
  const modes = runs.filter(({ mayFail }) => !mayFail).map(asMode)
  const variants = runs
    .filter(({ mayFail }) => mayFail)
    .map((run): VariantResult => ({ ...asMode(run), of: run.where, description: '' }))
  const failed = checkScenario(scenario, { modes, variants, unbounded: null }, 'virtual').filter(
    ({ ok }) => !ok,
  )
  return {
    name,
    ok: failed.length === 0,
    detail: failed.map((one) => `${one.name}: ${one.detail}`).join('; ') || `holds in ${runs.length} runs`,
    shown: 'when failed',
  }
}

function asMode({ where, flags, repetition }: PointRun): ModeResult {
  const { durationMs: ms } = repetition
  return {
    mode: where,
    tier: null,
    flags,
    duration: { samples: 1, meanMs: ms, minMs: ms, maxMs: ms, p50Ms: ms, sdMs: 0, rmePercent: 0 },
    repetitions: [repetition],
  }
}
