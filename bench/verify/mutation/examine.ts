import type { Tier } from '../../../engine/index.ts'
import type { DatabaseServer } from '../../environment/index.ts'
import { UNEXPECTED_ERROR } from '../judge.ts'
import type { HazardId } from '../plan.ts'
import { type ScheduleName, seedOf } from '../schedule.ts'
import type { ScheduleOutcome } from '../worker-messages.ts'
import { WorkerPool } from '../worker-pool.ts'

export interface ExamineSetting {
  readonly server: DatabaseServer
  /** Schedules at most: those of `verify` with the same seed. */
  readonly schedules: number
  /** So many are carried out even after one was violated, to see how often it is. */
  readonly sample: number
  readonly seed: number
  /** For one schedule, real ms: one that takes longer comes to no end. */
  readonly timeLimitMs: number
  readonly signal: AbortSignal
}

/** What a hazard's schedules say of an engine with the flags of a tier on. */
export interface Examination {
  /** Schedules that were carried out. */
  readonly schedules: number
  /** Those, by number from 1, in which an invariant of the hazard was violated and no invocation failed. */
  readonly violated: readonly number[]
  /** Those in which an invocation failed without a reason. */
  readonly failed: number
  /** Which of the hazard's invariants. */
  readonly invariants: readonly string[]
  /** Why a schedule came to no end, or the process that carried it out. */
  readonly broken: string | undefined
  /** Real ms. */
  readonly wallMs: number
}

/**
 * Carries out schedules of a hazard with the flags on, by the sources in a folder, one after the other until
 * one is violated and the sample is done, or one comes to no end.
 */
export async function examine(
  root: string,
  { hazard, tier }: { readonly hazard: HazardId; readonly tier: Tier },
  setting: ExamineSetting,
): Promise<Examination> {
  const { server, schedules, sample, seed, timeLimitMs, signal } = setting
  const from = performance.now()
  const outcomes: ScheduleOutcome[] = []
  const isViolated = (outcome: ScheduleOutcome) =>
    outcome.invariants.length > 0 && !outcome.invariants.includes(UNEXPECTED_ERROR)
  const isDone = () =>
    outcomes.length >= schedules ||
    outcomes.some(({ broken }) => broken !== undefined) ||
    (outcomes.length >= sample && outcomes.some(isViolated))
  let stopped: string | undefined
  const pool = await WorkerPool.start(server, 1, root)
  const interrupt = () => void pool.stop()
  signal.addEventListener('abort', interrupt, { once: true })
  let limit: NodeJS.Timeout | undefined
  const endInTime = () => {
    clearTimeout(limit)
    limit = setTimeout(() => {
      stopped = `a schedule was not done within ${timeLimitMs / 1_000} s`
      interrupt()
    }, timeLimitMs)
  }
  try {
    await pool.work(
      () => {
        if (signal.aborted || isDone()) return undefined
        endInTime()
        const name: ScheduleName = { hazard, tier, side: 'on', seed: seedOf(seed, hazard, outcomes.length) }
        return { type: 'judge', names: [name] }
      },
      (answer) => {
        if (answer.type === 'judged') outcomes.push(...answer.outcomes)
      },
    )
  } catch (error) {
    stopped ??= error instanceof Error ? error.message : String(error)
  } finally {
    clearTimeout(limit)
    signal.removeEventListener('abort', interrupt)
    await pool.stop()
  }
  signal.throwIfAborted()
  const violated = outcomes.flatMap((outcome, index) => (isViolated(outcome) ? [index + 1] : []))
  const invariants = outcomes.filter(isViolated).flatMap((outcome) => outcome.invariants)
  return {
    schedules: outcomes.length,
    violated,
    failed: outcomes.filter((outcome) => outcome.invariants.includes(UNEXPECTED_ERROR)).length,
    invariants: [...new Set(invariants)],
    broken: outcomes.find(({ broken }) => broken !== undefined)?.broken ?? stopped,
    wallMs: performance.now() - from,
  }
}
